import { expect, test } from 'vitest'
import { type CollectedEvent, collectedEvent, type Parcel, packEvents, unpackEvents } from '../index.ts'

const event = (n: number, over: Partial<CollectedEvent> = {}): CollectedEvent => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  version: 1,
  time: '2026-11-25T08:00:00.000Z',
  received_at: '2026-11-25T08:00:01.000Z',
  channel: 'shop',
  channel_instance: 'shop:1',
  schema_version: 1,
  collector: 'segment',
  type: 'page_viewed',
  identifiers: [{ kind: 'device', value: `d-${n}` }],
  context: { country: 'DE' },
  data: { url_path: `/${n}` },
  ...over,
})

test('events of one arrival come out of their parcel as they went in, whatever some of them lack', () => {
  const events = [
    event(1),
    event(2, { session_id: 's-2', version: 3 }),
    event(3, { consent: { purposes: { web_analytics: true }, origin: 'event' } }),
    event(4, { malformed: 'line 3 is empty' }),
  ]
  for (const some of [events, events.slice(0, 1), events.slice(1, 2)]) {
    const parcels = packEvents(some)
    expect(parcels.flatMap(unpackEvents)).toEqual(some)
    for (const one of parcels.flatMap((parcel) => unpackEvents(parcel) ?? [])) expect(collectedEvent.safeParse(one).success).toBe(true)
  }
  expect(packEvents([])).toEqual([])
})

test('a parcel says nothing twice, and its text nothing of what stands in the clear', () => {
  const [parcel] = packEvents([event(1), event(2)]) as [Parcel]
  expect(parcel.text.match(/shop:1/g)).toHaveLength(1)
  for (const { id, received_at } of [event(1), event(2)]) for (const clear of [id, received_at]) expect(parcel.text).not.toContain(clear)
})

test('a parcel that another build packed is not taken for one of ours', () => {
  const [{ clear }] = packEvents([event(1)]) as [Parcel]
  expect(
    unpackEvents({ clear, text: JSON.stringify({ channel_instance: 'shop:1', events: [{ time: '2026-11-25T08:00:00.000Z', identifiers: [] }] }) }),
  ).toBeUndefined()
})
