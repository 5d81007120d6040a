import { describe, expect, expectTypeOf, test } from 'vitest'
import { type Append, retentionDays, type TopicsWrittenBy, topicNames, topics, topicsReadBy } from './index.ts'

describe('topics', () => {
  test('carry a kind, a state and a version in their name', () => {
    for (const name of topicNames) expect(name).toMatch(/^(events|rejected|fates)\.[a-z]+\.v\d+$/)
  })
  test('with personal data keep it for 72 hours at most', () => {
    for (const name of topicNames) if (topics[name].zone === 'identity') expect(topics[name].retentionMs).toBeLessThanOrEqual(72 * 3_600_000)
    expect(topics['events.collected.v1'].retentionMs).toBe(retentionDays.transit * 86_400_000)
  })
  test('with what collectors wrote are in the zone of identity', () => {
    expect(topics['events.collected.v1'].zone).toBe('identity')
    expect(topics['rejected.consent.v1'].zone).toBe('identity')
  })
  test('are read by stages further down than their writer', () => {
    const order = ['ingest', 'consent', 'transform', 'warehouse']
    for (const name of topicNames) {
      for (const reader of topics[name].readers) expect(order.indexOf(reader)).toBeGreaterThan(order.indexOf(topics[name].writer))
    }
  })
  test('connect the stages to a chain', () => {
    expect(topicsReadBy('ingest')).toEqual([])
    expect(topicsReadBy('consent')).toEqual(['events.collected.v1'])
    expect(topicsReadBy('transform')).toEqual(['events.consented.v1'])
    expect(topicsReadBy('warehouse')).toEqual(['events.enriched.v1', 'fates.consent.v1', 'fates.transform.v1'])
  })
  test('can be appended to by their own writer alone: the compiler says so', () => {
    expectTypeOf<TopicsWrittenBy<'ingest'>>().toEqualTypeOf<'events.collected.v1'>()
    expectTypeOf<TopicsWrittenBy<'consent'>>().toEqualTypeOf<'events.consented.v1' | 'rejected.consent.v1' | 'fates.consent.v1'>()
    expectTypeOf<TopicsWrittenBy<'warehouse'>>().toEqualTypeOf<never>()
    expectTypeOf<Append<'transform'>['topic']>().toEqualTypeOf<'events.enriched.v1' | 'rejected.transform.v1' | 'fates.transform.v1'>()
  })
})
