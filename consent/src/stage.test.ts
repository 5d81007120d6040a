import { randomUUID } from 'node:crypto'
import type { CollectedEvent, PurposeId } from '@kanalblick/stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collected, createFixture, order } from './fixture.ts'
import { createConsentSteps } from './stage.ts'

const device = { kind: 'device', value: 'device-4711' } as const
const email = { kind: 'email', value: 'erika@example.com' } as const
const customer = { kind: 'customer', value: 'C-1001' } as const

let fixture: Awaited<ReturnType<typeof createFixture>>
beforeEach(async () => {
  fixture = await createFixture()
})
afterEach(() => fixture.close())

const signal = (purposes: Partial<Record<PurposeId, boolean>>, origin: 'segment_context' | 'gpc' = 'segment_context') => ({ consent: { purposes, origin } })

test('takes its steps in this order', () => {
  expect(createConsentSteps(fixture.config).names).toEqual([
    'openPayload',
    'refuseMalformed',
    'recogniseType',
    'checkData',
    'suppressErased',
    'dropWithoutPurpose',
    'stripFields',
    'scrubText',
    'pseudonymise',
    'coarsenTimes',
    'toConsented',
  ])
})

describe('consent', () => {
  test('drops a page view when nobody consented', async () => {
    expect(await fixture.process(collected())).toMatchObject({ outcomes: ['no_consent'], consented: [] })
  })

  test('keeps a page view of a consenting visitor, with the web pseudonym alone', async () => {
    await fixture.decide(device, { web_analytics: 'granted' })
    const { consented } = await fixture.process(collected({ session_id: 's-1', context: { country: 'DE' } }))
    expect(consented).toEqual([
      expect.objectContaining({
        subject_web: expect.stringMatching(/^v1:web:[0-9a-f]{32}$/),
        subject_ads: null,
        subject_profile: null,
        session_key: expect.stringMatching(/^v1:[0-9a-f]{32}$/),
        order_key: null,
        granted: ['web_analytics'],
        data: { url_path: '/produkt/regal' },
        context: { country: 'DE' },
      }),
    ])
  })

  test('gives the same person different pseudonyms for different purposes', async () => {
    await fixture.decide(device, { web_analytics: 'granted', ad_measurement: 'granted', personalisation: 'granted' })
    const [event] = (await fixture.process(collected())).consented
    const pseudonyms = [event?.subject_web, event?.subject_ads, event?.subject_profile]
    expect(pseudonyms.map((pseudonym) => pseudonym?.split(':')[1])).toEqual(['web', 'ads', 'profile'])
    expect(new Set(pseudonyms.map((pseudonym) => pseudonym?.slice(-32))).size).toBe(3)
  })

  test('records the choice that travels with an event before it judges the event, and only when it is news', async () => {
    const event = collected(signal({ web_analytics: true, ad_measurement: false }))
    expect((await fixture.process(event)).consented[0]?.granted).toEqual(['web_analytics'])
    expect((await fixture.process({ ...event, id: randomUUID(), received_at: '2026-11-23T10:15:20.000Z' })).outcomes).toEqual(['kept'])
    const records = await fixture.db.selectFrom('consent_records').select(['facts', 'received_time']).execute()
    expect(records).toHaveLength(1)
    expect(records[0]?.received_time).toBe('2026-11-23T10:15:00.456Z')
    expect(JSON.parse(records[0]?.facts ?? '')).toMatchObject({
      mechanism: 'api_import',
      origin: 'segment_context',
      decisions: [
        { purpose: 'web_analytics', state: 'granted' },
        { purpose: 'ad_measurement', state: 'denied' },
      ],
    })
  })

  test('keeps nothing when an old event with a grant is replayed after the withdrawal', async () => {
    const event = collected(signal({ web_analytics: true }))
    expect((await fixture.process(event)).outcomes).toEqual(['kept'])
    await fixture.decide(device, { web_analytics: 'withdrawn' })
    expect((await fixture.process(event)).outcomes).toEqual(['no_consent'])
    expect(await fixture.ledger.verify()).toMatchObject({ intact: true, records: 2 })
  })

  test('takes a grant that came after the withdrawal', async () => {
    await fixture.decide(device, { web_analytics: 'withdrawn' })
    expect((await fixture.process(collected({ ...signal({ web_analytics: true }), received_at: '2026-11-23T10:15:31.000Z' }))).outcomes).toEqual(['kept'])
  })

  test("counts a refusal under any of a person's identifiers for all of them", async () => {
    await fixture.decide(customer, { web_analytics: 'granted' })
    await fixture.decide(device, { web_analytics: 'denied' })
    expect((await fixture.process(collected({ identifiers: [device, customer] }))).outcomes).toEqual(['no_consent'])
    expect((await fixture.process(collected({ identifiers: [customer] }))).outcomes).toEqual(['kept'])
  })

  test('lets Global Privacy Control refuse, and never grant', async () => {
    await fixture.decide(device, { web_analytics: 'granted', ad_measurement: 'granted' })
    const { consented } = await fixture.process(
      collected({ ...signal({ web_analytics: true, ad_measurement: true }, 'gpc'), received_at: '2026-11-23T10:15:31.000Z' }),
    )
    expect(consented[0]?.granted).toEqual(['web_analytics'])
    const current = (await fixture.ledger.current([fixture.refOf(device)])).get(fixture.refOf(device))
    expect(current?.get('ad_measurement')?.state).toBe('withdrawn')
    expect(
      (await fixture.process(collected(signal({ web_analytics: true }, 'gpc')), collected({ ...signal({ web_analytics: true }, 'gpc'), identifiers: [] })))
        .outcomes,
    ).toEqual(['kept', 'no_consent'])
  })

  test('lets an event speak for itself when there is nobody to record its choice for', async () => {
    const { consented } = await fixture.process(collected({ ...signal({ web_analytics: true }), identifiers: [] }))
    expect(consented[0]).toMatchObject({ subject_web: null, granted: ['web_analytics'] })
    expect(await fixture.ledger.verify()).toMatchObject({ records: 0 })
  })

  test('lets consent to read a device lapse after twelve months', async () => {
    await fixture.decide(device, { web_analytics: 'granted' })
    fixture.clock.ms = Date.parse('2027-11-23T10:15:00.000Z')
    const later = { received_at: '2027-11-23T10:15:00.000Z' }
    expect((await fixture.process(collected(later))).outcomes).toEqual(['kept'])
    fixture.clock.ms = Date.parse('2027-11-23T10:16:00.000Z')
    expect((await fixture.process(collected(later))).outcomes).toEqual(['no_consent'])
  })

  test('takes recorded consents of the batch into account', async () => {
    const { outcomes } = await fixture.process(
      collected({ type: 'consent_recorded', data: { purposes: { web_analytics: true }, mechanism: 'click_accept', notice_version: '3' } }),
      collected(),
    )
    expect(outcomes).toEqual(['kept', 'kept'])
  })

  test('withdraws consent to marketing when somebody leaves the newsletter', async () => {
    const newsletter = (status: string) => collected({ type: 'newsletter_status_changed', identifiers: [email], data: { status } })
    await fixture.decide(email, { direct_marketing: 'granted' })
    expect((await fixture.process(newsletter('confirmed'))).outcomes).toEqual(['kept'])
    await fixture.process({ ...newsletter('unsubscribed'), received_at: '2026-11-23T10:15:31.000Z' })
    expect((await fixture.process(newsletter('confirmed'))).outcomes).toEqual(['no_consent'])
  })
})

describe('orders', () => {
  test('are kept without consent, and then without a person', async () => {
    const { consented } = await fixture.process(order({ session_id: 's-1', context: { country: 'AT', utm_source: 'google', device: { class: 'mobile' } } }))
    expect(consented).toEqual([
      expect.objectContaining({
        subject_web: null,
        subject_ads: null,
        subject_profile: null,
        session_key: null,
        order_key: expect.stringMatching(/^v1:[0-9a-f]{32}$/),
        granted: [],
        context: { country: 'AT' },
      }),
    ])
    expect(consented[0]?.data).toEqual({
      currency: 'EUR',
      total_net_minor: 4200,
      tax_minor: 0,
      shipping_minor: 0,
      discount_minor: 0,
      items: [{ sku: '85123A', name: 'WHITE HANGING HEART T-LIGHT HOLDER', quantity: 2, line_net_minor: 4200 }],
    })
  })

  test('of a customer carry the pseudonym of the vault, made no sooner than the consent', async () => {
    const event = order({ identifiers: [email, customer, device] })
    await fixture.process(event)
    expect(await fixture.db.selectFrom('subject_pseudonyms').selectAll().execute()).toEqual([])
    await fixture.decide(device, { web_analytics: 'granted' })
    const [first] = (await fixture.process(event)).consented
    const rows = await fixture.db.selectFrom('subject_pseudonyms').selectAll().execute()
    expect(rows).toEqual([expect.objectContaining({ subject_ref: fixture.refOf(customer), purpose: 'web_analytics', pseudonym: first?.subject_web })])
    expect((await fixture.process(event)).consented[0]?.subject_web).toBe(first?.subject_web)
  })

  test('share one key per order within a channel instance', async () => {
    const paid = { type: 'order_paid', data: { order_id: 'A-10023', currency: 'EUR', amount_minor: 4998 } }
    const { consented } = await fixture.process(order(), { ...order(), ...paid }, { ...order(), ...paid, channel_instance: 'shop:2' })
    expect(consented[1]?.order_key).toBe(consented[0]?.order_key)
    expect(consented[2]?.order_key).not.toBe(consented[0]?.order_key)
  })

  test('stay in the books without a person when the person objected to statistics', async () => {
    await fixture.decide(email, { order_statistics: 'objected', web_analytics: 'granted' })
    const { outcomes, consented } = await fixture.process(order())
    expect(outcomes).toEqual(['kept'])
    expect(consented[0]).toMatchObject({ subject_web: null, subject_ads: null, subject_profile: null, session_key: null, order_key: null, granted: [] })
    expect(consented[0]?.data).toMatchObject({ total_net_minor: order().data['total_net_minor'] })
  })
})

test('fails as a whole, to be tried again, while the ledger is lost', async () => {
  const broken = await createFixture()
  const sealed: CollectedEvent = collected()
  await broken.db.destroy()
  await expect(broken.process(sealed)).rejects.toThrow()
})
