import { type CollectedEvent, collectedEvent, mostTogether, packEvents, partitionOf } from '@kanalblick/stream'
import { describe, expect, it } from 'vitest'
import { createCollect } from './collect.ts'
import { createCollector } from './collector.ts'
import { malformedEvent, type Origin, type SourceEvent } from './ports.ts'

const origin: Origin = { channel: 'shop', channelInstance: 'shop:1', collector: 'segment' }
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const order: SourceEvent = {
  type: 'order_placed',
  nativeId: 'message-1',
  time: '2026-05-01T10:00:00Z',
  identifiers: [{ kind: 'customer', value: '17' }],
  context: { country: 'DE' },
  data: { order_id: '1001', currency: 'EUR', total_net_minor: 100, items: [] },
}

/** Ids that show what they were made of; events in the clear. */
function collecting(append: () => Promise<void> = async () => undefined, now = () => new Date('2026-05-02T00:00:00Z')) {
  const collected: CollectedEvent[] = []
  const ids = new Map<string, string>()
  const collect = createCollect({
    eventId(namespace, nativeId) {
      const key = `${namespace} ${nativeId}`
      const known = ids.get(key) ?? `00000000-0000-4000-8000-${String(ids.size).padStart(12, '0')}`
      ids.set(key, known)
      return known
    },
    partitions: 1,
    seal(events) {
      collected.push(...events.map((event) => collectedEvent.parse(event)))
      return packEvents(events).map(({ clear }) => ({ ...clear, key_id: 'k', sealed: '' }))
    },
  })
  const collector = createCollector({ collect, append, now, logger: silent })
  return { collected, collector, namespaces: () => [...ids.keys()] }
}

async function idsOf(...events: [SourceEvent, Origin][]) {
  const { collected, collector } = collecting()
  for (const [event, from] of events) await collector.accept([event], from)
  return collected.map(({ id, version }) => `${id.slice(-1)} v${version}`)
}

describe('the same order', () => {
  it('is the same event whichever collector sends it, however often', async () => {
    const again = { ...order, nativeId: 'message-2', source: 'elsewhere' }
    expect(await idsOf([order, origin], [order, origin], [again, { ...origin, collector: 'cloudevents' }])).toEqual(['0 v1', '0 v1', '0 v1'])
  })

  it('is another event in another channel instance', async () => {
    expect(await idsOf([order, origin], [order, { ...origin, channelInstance: 'shop:2' }])).toEqual(['0 v1', '1 v1'])
  })

  it('is replaced when it is restated', async () => {
    const updated = { ...order, type: 'order_updated', data: { ...order.data, revision: 3, placed_at: '2026-05-01T10:00:00Z' } }
    expect(await idsOf([order, origin], [updated, origin])).toEqual(['0 v1', '0 v3'])
  })

  it('is not replaced by a restatement without a number', async () => {
    for (const revision of [undefined, 1, 2.5, '3']) {
      const updated = { ...order, type: 'order_updated', data: { ...order.data, revision } }
      expect(await idsOf([order, origin], [updated, origin])).toEqual(['0 v1', '1 v1'])
    }
  })

  it('cannot be mistaken for a pair of ids that reads the same when joined', async () => {
    const refund = (order_id: string, refund_id: string) => ({ ...order, type: 'refund_issued', data: { order_id, refund_id } })
    expect(await idsOf([refund('1,2', '3'), origin], [refund('1', '2,3'), origin], [refund('1","2', '3'), origin])).toEqual(['0 v1', '1 v1', '2 v1'])
  })
})

describe('the time of arrival', () => {
  const arrivals = async (...times: readonly string[]) => {
    const clock = [...times]
    const { collected, collector } = collecting(undefined, () => new Date(clock.shift() ?? ''))
    for (const _ of times) await collector.accept([order], origin)
    return collected.map(({ received_at }) => received_at.slice(0, 16))
  }

  it('never goes back with a clock that is set back by up to an hour', async () => {
    expect(await arrivals('2026-05-02T12:00Z', '2026-05-02T11:00Z', '2026-05-02T11:59Z', '2026-05-02T12:01Z')).toEqual([
      '2026-05-02T12:00',
      '2026-05-02T12:00',
      '2026-05-02T12:00',
      '2026-05-02T12:01',
    ])
  })

  it('follows a clock that was wrong by more', async () => {
    expect(await arrivals('2026-05-02T12:00Z', '2026-05-02T10:59Z', '2026-05-02T10:58Z')).toEqual(['2026-05-02T12:00', '2026-05-02T10:59', '2026-05-02T10:59'])
  })
})

describe('accept', () => {
  it('seals together what belongs to one partition, in order, under the id of the first', () => {
    const partitions = 2
    const ownPartition = (id: string) => partitionOf(id, partitions)
    const collect = createCollect({
      eventId: (_namespace, nativeId) => `00000000-0000-4000-8000-${nativeId.padStart(12, '0')}`,
      partitions,
      seal: (events) => packEvents(events).map(({ clear }) => ({ ...clear, key_id: 'k', sealed: '' })),
    })
    const numbered = Array.from({ length: 2 * mostTogether + 2 }, (_, n) => ({
      ...order,
      type: 'page_viewed',
      nativeId: String(n),
      data: { url_path: '/' },
    }))
    const appended = collect(numbered, origin, new Date('2026-05-02T00:00:00Z'))
    expect(appended.map(({ value }) => value.id.length)).toEqual([mostTogether, 1, mostTogether, 1])
    for (const { key, value } of appended) {
      expect(key).toBe(value.id[0])
      expect(new Set(value.id.map(ownPartition))).toEqual(new Set([ownPartition(key)]))
      expect(value.id).toEqual(value.id.toSorted())
    }
  })

  it('tells events without own identity by source and the source id', async () => {
    const page = (nativeId: string, source: string): SourceEvent => ({ ...order, type: 'page_viewed', nativeId, source, data: { url_path: '/' } })
    expect(await idsOf([page('1', 'a'), origin], [page('1', 'b'), origin], [page('2', 'a'), origin], [page('1', 'a'), origin])).toEqual([
      '0 v1',
      '1 v1',
      '2 v1',
      '0 v1',
    ])
  })

  it('keeps what came of an event that the catalogue does not know, for the dead letters', async () => {
    const { collected, collector } = collecting()
    await collector.accept([{ ...order, type: 'segment.track:Signed Up', data: { plan: 'large' } }], origin)
    expect(collected[0]).toMatchObject({ type: 'segment.track:Signed Up', data: { plan: 'large' } })
    expect(collected[0]).not.toHaveProperty('malformed')
  })

  it.each<[string, Partial<SourceEvent>, RegExp]>([
    ['an identifier of unknown kind', { identifiers: [{ kind: 'shoe_size' as 'email', value: '43' }] }, /^identifiers\.0: /],
    ['an endless identifier', { identifiers: [{ kind: 'email', value: 'x'.repeat(321) }] }, /^identifiers\.0: too_big/],
    ['a country in words', { context: { country: 'Deutschland' } }, /^context\.country: /],
    ['an unknown purpose', { consent: { purposes: { everything: true } as object, origin: 'event' } }, /^consent\.purposes: /],
    ['no time', { time: 'yesterday' }, /^time: /],
    ['a time far ahead', { time: '2026-05-04T00:00:01Z' }, /^time is out of range$/],
    ['a time long ago', { time: '1970-01-01T00:00:00Z' }, /^time is out of range$/],
  ])('makes an event with %s a dead letter and leaves its neighbours alone', async (_, broken, rule) => {
    const { collected, collector } = collecting()
    await collector.accept([order, { ...order, ...broken }, order], origin)
    expect(collected.map((event) => event.malformed === undefined)).toEqual([true, false, true])
    expect(collected[1]?.malformed).toMatch(rule)
    expect(collected[1]).toMatchObject({ identifiers: [], context: {}, data: {} })
    expect(collected[1]?.id).not.toBe(collected[0]?.id)
  })

  it('writes a malformed event with its reason and nothing else', async () => {
    const { collected, collector } = collecting()
    await collector.accept([malformedEvent({ ...order, source: 's' }, 'line 3, column Quantity: not a number')], origin)
    expect(collected[0]).toMatchObject({ malformed: 'line 3, column Quantity: not a number', data: {}, identifiers: [], time: order.time })
  })

  it('takes the time of receipt when the source says none', async () => {
    const { collected, collector } = collecting()
    const { time: _, ...timeless } = order
    await collector.accept([timeless], origin)
    expect(collected[0]?.time).toBe('2026-05-02T00:00:00.000Z')
  })

  it('rejects with a retriable error when the log does not take the events', async () => {
    const { collector } = collecting(() => Promise.reject(new Error('disk full')))
    await expect(collector.accept([order], origin)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', statusCode: 503, retryAfterSeconds: 5 })
  })

  it('appends nothing for an empty list', async () => {
    const { collector } = collecting(() => Promise.reject(new Error('called')))
    await expect(collector.accept([], origin)).resolves.toBeUndefined()
  })
})
