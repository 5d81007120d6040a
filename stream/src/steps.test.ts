import { describe, expect, test } from 'vitest'
import {
  type Append,
  type Batch,
  drop,
  type Fates,
  fates,
  firstStep,
  keep,
  type Outcome,
  type RejectedEvent,
  readRecord,
  reject,
  settle,
  Unreadable,
} from './index.ts'

const double = (n: number, _view: unknown) => keep(n * 2)
const addView = (n: number, view: number) => keep(n + view)
const dropNegative = (n: number) => (n < 0 ? drop('bot') : keep(n))
const rejectLarge = (n: number) => (n > 100 ? reject('event_invalid', 'larger than 100') : keep(n))
function explode(): Outcome<number> {
  throw new RangeError('the value anna@example.com is out of range')
}

describe('steps', () => {
  test('run in order, each on what the last one kept', () => {
    const { apply } = firstStep<number, number, number>(double).next(addView).next(double)
    expect(apply(3, 10)).toEqual(keep(32))
  })
  test('say their names in order', () => {
    expect(firstStep(double).next(dropNegative).next(rejectLarge).names).toEqual(['double', 'dropNegative', 'rejectLarge'])
  })
  test('end at the first drop', () => {
    expect(firstStep(dropNegative).next(explode).apply(-1, undefined)).toEqual(drop('bot'))
  })
  test('end at the first rejection', () => {
    expect(firstStep(rejectLarge).next(explode).apply(101, undefined)).toEqual(reject('event_invalid', 'larger than 100'))
  })
  test('turn a defect into a rejection that names the step and quotes nothing', () => {
    for (const steps of [firstStep(explode), firstStep(double).next(explode)]) {
      expect(steps.apply(1, undefined)).toEqual(reject('step_failed', 'explode: RangeError'))
    }
  })
  test('leave the steps they were made of as they were', () => {
    const shorter = firstStep(double)
    shorter.next(explode)
    expect(shorter.apply(1, undefined)).toEqual(keep(2))
  })
})

interface Event {
  readonly id: string
  readonly version: number
  readonly received_at: string
  readonly channel: string
  readonly outcome: Outcome<unknown>
}

const now = new Date('2026-03-01T12:00:00.000Z')
const event = (id: string, outcome: Outcome<unknown>): Event => ({ id, version: 2, received_at: '2026-03-01T11:00:00.000Z', channel: 'shop', outcome })
const kept = (id: string) => keep({ topic: 'fates.consent.v1', key: id, value: 'kept' })
const keyOf = (i: number) => `00000000-0000-4000-8000-00000000000${i}`
const batchOf = (...values: readonly (Event | string)[]): Batch => ({
  topic: 'events.collected.v1',
  partition: 3,
  missed: 0,
  records: values.map((value, i) => ({
    offset: 40 + i,
    key: typeof value === 'string' ? keyOf(i) : value.id,
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    appendedAtMs: now.getTime(),
  })),
})

function settled(batch: Batch, book: 'all' | 'ended' = 'all') {
  const counted: string[] = []
  const outputs = [
    ...settle<'consent', Event>(batch, {
      stage: 'consent',
      events: batch.records.map((record) => readRecord(record, (value) => value as Event) ?? new Unreadable(record)),
      letterOf: (event) => Buffer.from(JSON.stringify(event)),
      apply: ({ outcome }) => outcome as Outcome<Append<'consent'>>,
      book,
      count: (stage, outcome, events) => counted.push(`${stage} ${outcome.kind} ${events}`),
      now: () => now,
    }),
  ]
  const books = outputs.at(-1)?.value as Fates
  const letters = outputs.filter(({ topic }) => topic === 'rejected.consent.v1').map(({ value }) => value as RejectedEvent)
  return { outputs, counted, books, letters }
}

describe('settling a batch', () => {
  test('appends what was kept, in order', () => {
    const { outputs } = settled(batchOf(event('a', kept('a')), event('b', drop('bot')), event('c', kept('c'))))
    expect(outputs.slice(0, -1).map(({ key }) => key)).toEqual(['a', 'c'])
  })
  test('books what became of every event', () => {
    const { books } = settled(batchOf(event('a', kept('a')), event('b', drop('no_consent')), event('c', reject('event_invalid', 'why'))))
    expect(books).toEqual({
      stage: 'consent',
      id: ['a', 'b', 'c'],
      version: [2, 2, 2],
      received_at: Array(3).fill('2026-03-01T11:00:00.000Z'),
      channel: ['shop', 'shop', 'shop'],
      outcome: ['kept', 'dropped', 'rejected'],
      reason: ['', 'no_consent', 'event_invalid'],
    })
  })
  test('books only what ended here when an earlier stage has booked the rest', () => {
    expect(settled(batchOf(event('a', kept('a')), event('b', drop('bot'))), 'ended').books.id).toEqual(['b'])
  })
  test('writes no books when there is nothing to book', () => {
    expect(settled(batchOf(event('a', kept('a'))), 'ended').outputs.map(({ key }) => key)).toEqual(['a'])
  })
  test('puts a rejected event, as it came, among the dead letters', () => {
    const batch = batchOf(event('a', reject('event_invalid', 'field x')))
    const { letters } = settled(batch)
    const record = Buffer.from(batch.records[0]?.value ?? []).toString('base64')
    expect(letters).toEqual([{ id: 'a', stage: 'consent', reason: 'event_invalid', cause: 'field x', rejected_at: now.toISOString(), record }])
  })
  test('rejects a record that is no JSON by its place, and goes on with the next', () => {
    const { letters, books, counted } = settled(batchOf('{"half', event('b', kept('b'))))
    expect(letters).toMatchObject([{ id: keyOf(0), reason: 'record_unreadable', cause: 'events.collected.v1 partition 3 offset 40' }])
    expect(books).toMatchObject({ id: [keyOf(0), 'b'], channel: ['', 'shop'], received_at: [now.toISOString(), '2026-03-01T11:00:00.000Z'] })
    expect(counted).toEqual(['consent reject 1', 'consent keep 1'])
  })
  test('keeps no more of the largest records than a dead letter holds', () => {
    const { letters } = settled(batchOf('x'.repeat(8_000_000)))
    expect(letters[0]?.record.length).toBeLessThan(6_000_000)
  })
  test('books no record whose key is no id: the books of its neighbours would be unreadable', () => {
    const batch = batchOf('{"half', event(keyOf(1), kept('b')))
    const foreign = { ...batch, records: batch.records.map((record, i) => (i === 0 ? { ...record, key: 'foreign' } : record)) }
    const { letters, books } = settled(foreign)
    expect(letters).toMatchObject([{ id: 'foreign', reason: 'record_unreadable' }])
    expect(fates.parse(books).id).toEqual([keyOf(1)])
  })
})
