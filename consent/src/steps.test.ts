import { randomUUID } from 'node:crypto'
import type { CollectedEvent, PurposeId, SealedEvents } from '@kanalblick/stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collected, createFixture, order } from './fixture.ts'

const device = { kind: 'device', value: 'device-4711' } as const
const email = { kind: 'email', value: 'erika@example.com' } as const

let fixture: Awaited<ReturnType<typeof createFixture>>
beforeEach(async () => {
  fixture = await createFixture()
})
afterEach(() => fixture.close())

const signal = (purposes: Partial<Record<PurposeId, boolean>>, origin: 'segment_context' | 'gpc' = 'segment_context') => ({ consent: { purposes, origin } })

describe('the catalogue', () => {
  test('knows every event type or rejects it, without quoting it', async () => {
    const { outcomes, causes } = await fixture.process(collected({ type: 'erika@example.com' }), collected({ type: 'toString' }))
    expect(outcomes).toEqual(['event_type_unknown', 'event_type_unknown'])
    expect(causes.join()).not.toContain('erika')
  })

  test('rejects data that contradicts it and names places, not values', async () => {
    const { outcomes, causes } = await fixture.process(
      order({ data: { currency: 'erika', items: [{ sku: 'x', quantity: 'erika', line_net_minor: 1 }] } }),
      collected({ type: 'consent_recorded', data: { purposes: { 'erika@example.com': true }, mechanism: 'scrolling' } }),
    )
    expect(outcomes).toEqual(['event_invalid', 'event_invalid'])
    expect(causes[0]).toBe('order_placed: currency (invalid_format), items.0.quantity (invalid_type)')
    expect(causes.join()).not.toContain('erika')
  })

  test('removes unknown fields and counts them without their names', async () => {
    const { consented } = await fixture.process(
      order({ data: { comment: 'call erika', items: [{ sku: 'x', quantity: 1, line_net_minor: 4200, note: 'for erika' }] } }),
    )
    expect(JSON.stringify(consented)).not.toContain('erika')
    expect(fixture.lines).toEqual([['parts of events were removed', { stage: 'consent', unknownFields: 2, texts: 0 }]])
  })

  test('lets totals carry no subject, whatever came with them', async () => {
    await fixture.decide(email, { web_analytics: 'granted' })
    const { consented } = await fixture.process(
      collected({
        type: 'ad_spend_recorded',
        identifiers: [email],
        ...signal({ web_analytics: true }),
        session_id: 's-1',
        data: { date: '2026-11-22', platform: 'google_ads', currency: 'EUR', cost_minor: 100 },
      }),
    )
    expect(consented[0]).toMatchObject({ subject_web: null, session_key: null, order_key: null, granted: [], data: { cost_minor: 100 } })
  })

  test('passes on a field only while its own purpose is allowed', async () => {
    const context = { click_id_kind: 'gclid', utm_source: 'google', utm_campaign: 'sommer_2026' } as const
    await fixture.decide(device, { web_analytics: 'granted' })
    expect((await fixture.process(collected({ context }))).consented[0]?.context).toEqual({ utm_source: 'google', utm_campaign: 'sommer_2026' })
    await fixture.decide(device, { ad_measurement: 'granted' })
    expect((await fixture.process(collected({ context }))).consented[0]?.context).toEqual(context)
  })
})

test('coarsens times to the minute, also those within the data', async () => {
  const { consented } = await fixture.process(
    order({ type: 'order_updated', time: '2026-11-23T11:14:59+01:00', data: { placed_at: '2026-11-20T08:01:02.345Z', revision: 2 } }),
  )
  expect(consented[0]).toMatchObject({
    time: '2026-11-23T10:14:00.000Z',
    received_at: '2026-11-23T10:15:00.000Z',
    data: { placed_at: '2026-11-20T08:01:00.000Z' },
  })
})

test('removes texts that give a person away and keeps their neighbours', async () => {
  await fixture.decide(device, { web_analytics: 'granted' })
  const { consented } = await fixture.process(
    collected({
      data: { url_path: '/konto/max%40example.com/bestellungen' },
      context: { utm_source: 'max@example.com', utm_medium: 'email', referrer_host: 'www.example.com' },
    }),
    order({ data: { items: [{ sku: '85123A', name: 'Gravur 0171 1234567', brand: 'Koziol', quantity: 1, line_net_minor: 4200 }] } }),
  )
  expect(consented[0]).toMatchObject({ data: { url_path: '/konto/:id/bestellungen' }, context: { utm_medium: 'email', referrer_host: 'www.example.com' } })
  expect(consented[0]?.context).not.toHaveProperty('utm_source')
  expect(consented[1]).toMatchObject({ data: { items: [{ sku: '85123A', brand: 'Koziol', quantity: 1, line_net_minor: 4200 }] } })
  expect(JSON.stringify(consented[1])).not.toContain('0171')
})

describe('a record that cannot be processed', () => {
  test('is a dead letter with its reason', async () => {
    const moved = fixture.sealAlone(collected())
    const { outcomes, causes } = await fixture.processValues(
      'no json',
      { id: [randomUUID()] },
      { ...moved, id: [randomUUID()] },
      { ...moved, received_at: '2026-11-23T10:15:01.000Z' },
      { ...moved, key_id: '../../root' },
      fixture.sealAlone({ ...collected(), malformed: 'segment: no messageId' }),
    )
    expect(outcomes).toEqual(['record_unreadable', 'record_unreadable', 'payload_unreadable', 'payload_unreadable', 'payload_unreadable', 'event_malformed'])
    expect(causes[5]).toBe('segment: no messageId')
  })

  test('is unreadable once the key of its hour is destroyed', async () => {
    const event = order()
    const sealed = fixture.sealAlone(event)
    fixture.clock.ms += 80 * 3_600_000
    expect(fixture.keyring.destroyExpired(fixture.clock.ms)).toBe(1)
    expect((await fixture.processValues(sealed)).outcomes).toEqual(['payload_unreadable'])
  })

  test('ends every event that was sealed in it, each under its own id, and is kept whole once', async () => {
    const events = [collected(), { ...collected(), version: 3 }, collected()]
    const sealed = fixture.sealTogether(...events)
    const changed = { ...sealed, channel: 'pos' }
    const { outputs, outcomes } = await fixture.processValues(changed, fixture.sealAlone(order()))
    expect(outcomes).toEqual([...Array(3).fill('payload_unreadable'), 'kept'])
    const [books] = outputs.flatMap((output) => (output.topic === 'fates.consent.v1' ? [output.value] : []))
    const ids = events.map(({ id }) => id)
    expect(books).toMatchObject({ version: [1, 3, 1, 1], channel: ['pos', 'pos', 'pos', 'shop'], received_at: Array(4).fill(sealed.received_at) })
    expect(books?.id.slice(0, 3)).toEqual(ids)
    const letters = outputs.flatMap((output) => (output.topic === 'rejected.consent.v1' ? [output.value] : []))
    expect(letters.map(({ id }) => id)).toEqual(ids)
    expect(letters.map(({ record }) => Buffer.from(record, 'base64').toString())).toEqual([JSON.stringify(changed), '', ''])
  })

  test('leaves a dead letter with the one event that was rejected, sealed', async () => {
    const [rejected, ...others] = [
      collected({ type: 'unheard_of', data: { who: 'erika' } }),
      collected(),
      order({ channel: 'web', channel_instance: 'web:shop' }),
    ]
    const { outputs, outcomes } = await fixture.processValues(fixture.sealTogether(...others, rejected as CollectedEvent))
    expect(outcomes).toEqual(['no_consent', 'kept', 'event_type_unknown'])
    const [letter] = outputs.flatMap((output) => (output.topic === 'rejected.consent.v1' ? [output.value.record] : []))
    const record = Buffer.from(letter ?? '', 'base64').toString()
    expect(record).not.toContain('erika')
    expect(fixture.keyring.open(JSON.parse(record) as SealedEvents)).toEqual([rejected])
  })

  test('does not harm its neighbours when its own records repeat or move', async () => {
    const sealed = fixture.sealAlone(order())
    const { outcomes } = await fixture.processValues({ ...sealed, version: [2] }, sealed, sealed)
    expect(outcomes).toEqual(['payload_unreadable', 'kept', 'kept'])
  })
})
