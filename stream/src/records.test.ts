import { describe, expect, test } from 'vitest'
import {
  type Append,
  type ConsentedEvent,
  createReadEvents,
  erased,
  fromRecord,
  type LogRecord,
  type NewRecord,
  partitionOf,
  recordWith,
  type Stored,
  toPackedRecords,
  Unreadable,
  valuesIn,
} from './index.ts'

const topic = 'events.consented.v1'
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const event = (n: number, over: object = {}): ConsentedEvent =>
  ({
    id: idOf(n),
    version: 1,
    time: '2026-11-25T08:00:00.000Z',
    received_at: '2026-11-25T08:00:00.000Z',
    channel: 'shop',
    channel_instance: 'shop:1',
    schema_version: 1,
    collector: 'segment',
    type: 'page_viewed',
    subject_web: null,
    subject_ads: null,
    subject_profile: null,
    session_key: `v1:${n}`,
    order_key: null,
    granted: ['web_analytics'],
    context: { country: 'DE' },
    data: { url_path: `/${n}` },
    ...over,
  }) as unknown as ConsentedEvent
const appendOf = (value: ConsentedEvent): Append<'consent'> => ({ topic, key: value.id, value })
const packed = (events: readonly ConsentedEvent[], partitions = 1) => toPackedRecords<'consent'>(events.map(appendOf), () => partitions)

const read = createReadEvents(topic)
const asRead = ({ key, value }: Pick<NewRecord, 'key' | 'value'>, content?: unknown): LogRecord => ({ offset: 7, key, value, content, appendedAtMs: 0 })
const recordOf = (value: unknown, key = idOf(0)) => asRead({ key, value: Buffer.from(JSON.stringify(value)) })
const several = (count: number) => Array.from({ length: count }, (_, n) => event(n))

describe('events that are written together', () => {
  test('share a record under the id of the first, and are read from it as they were, from its bytes and from what they were made of', () => {
    const [record] = packed(several(3)) as [NewRecord]
    expect(record.key).toBe(idOf(0))
    for (const content of [undefined, record.content]) expect(read(asRead(record, content))).toEqual(several(3))
  })
  test('share it only with events of their own partition', () => {
    const records = packed(several(20), 4)
    expect(records).toHaveLength(4)
    for (const { key, value } of records) {
      for (const one of valuesIn(topic, value)) expect(partitionOf((one as ConsentedEvent).id, 4)).toBe(partitionOf(key, 4))
    }
  })
  test('are 120 at most', () => {
    expect(packed(several(301)).map(({ value }) => valuesIn(topic, value).length)).toEqual([120, 120, 61])
  })
  test('fill a record of 64 KB at most, unless one alone is larger', () => {
    const large = Array.from({ length: 4 }, (_, n) => event(n, { data: { url_path: 'x'.repeat(n === 3 ? 100_000 : 25_000) } }))
    const records = packed(large)
    expect(records.map(({ value }) => valuesIn(topic, value).length)).toEqual([2, 1, 1])
    expect(records.flatMap((record) => read(asRead(record)))).toEqual(large)
  })
  test('come out as often as they went in, also where the same event did so twice', () => {
    expect(packed([event(1), event(1)]).flatMap((record) => read(asRead(record)))).toEqual([event(1), event(1)])
  })
  test('leave what is no event its own record', () => {
    const fates = { topic: 'fates.consent.v1', key: idOf(9), value: { stage: 'consent' } } as unknown as Append<'consent'>
    expect(
      toPackedRecords<'consent'>([appendOf(event(1)), fates, appendOf(event(2))], () => 1).map((record) => [record.topic, fromRecord(asRead(record))]),
    ).toEqual([
      ['fates.consent.v1', { stage: 'consent' }],
      [topic, expect.objectContaining({ id: [idOf(1), idOf(2)] })],
    ])
  })
  test('stand as they are where there is only one', () => {
    expect(JSON.parse(Buffer.from((packed([event(1)])[0] as NewRecord).value).toString())).toEqual(event(1))
  })
})

test('records that are written together lie in one buffer, which holds nothing else: it can be handed to another thread', () => {
  const fates = { topic: 'fates.consent.v1', key: idOf(9), value: { stage: 'consent', reason: ['ä', '€', '😀'] } } as unknown as Append<'consent'>
  const values = toPackedRecords<'consent'>([...several(300).map(appendOf), fates], () => 2).map(({ value }) => value)
  expect(new Set(values.map(({ buffer }) => buffer)).size).toBe(1)
  expect(values.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(values[0]?.buffer.byteLength)
})

describe('a record with something in it that is not what its topic promises', () => {
  const columns = () => fromRecord(asRead(packed(several(3))[0] as NewRecord)) as Record<string, unknown[]>
  const keysOf = (record: LogRecord) => read(record).map((one) => (one instanceof Unreadable ? `unreadable ${one.record.key}` : one.id))

  test('keeps the neighbours of what is not', () => {
    expect(keysOf(recordOf({ ...columns(), data: [{}, 'none', {}] }))).toEqual([idOf(0), `unreadable ${idOf(1)}`, idOf(2)])
    const [, unreadable] = read(recordOf({ ...columns(), data: [{}, 'none', {}] })) as [unknown, Unreadable]
    expect(valuesIn(topic, unreadable.record.value)).toEqual([{ ...event(1), data: 'none' }])
    expect(unreadable.record.offset).toBe(7)
  })
  test.each([
    ['no column', undefined],
    ['a column of another length', ['shop', 'shop']],
    ['a column that is none', 'shop'],
    ['a column of something else', [1]],
  ])('rejects each event under its own id for %s', (_what, channel) => {
    expect(keysOf(recordOf({ ...columns(), channel }))).toEqual([0, 1, 2].map((n) => `unreadable ${idOf(n)}`))
  })
  test('gives an event without an id no other one’s', () => {
    expect(keysOf(recordOf({ ...columns(), id: [idOf(0), 5, idOf(2)] }))).toEqual([idOf(0), 'unreadable ', idOf(2)])
  })
  test.each([['no JSON'], [null], [5], [[]], [{}], [{ id: [] }], [{ id: 'x' }]])('is unreadable as a whole: %j', (value) => {
    const record = value === 'no JSON' ? asRead({ key: idOf(0), value: Buffer.from('no JSON') }) : recordOf(value)
    const [only, ...more] = read(record)
    expect([only, more]).toEqual([new Unreadable(record), []])
  })
})

test('what is left of a record when some of its events go are the others, and nothing when all go', () => {
  const bytes = (packed(several(3))[0] as NewRecord).value
  const without = (...gone: string[]) =>
    recordWith(
      topic,
      valuesIn(topic, bytes).filter((one) => !gone.includes((one as ConsentedEvent).id)),
    )
  const told = ({ key, value }: Stored) => [key, valuesIn(topic, value)]
  expect(told(without(idOf(1)))).toEqual([idOf(0), [event(0), event(2)]])
  expect(told(without(idOf(0), idOf(1)))).toEqual([idOf(2), [event(2)]])
  expect(without(idOf(0), idOf(1), idOf(2))).toBe(erased)
})
