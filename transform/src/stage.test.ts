import { type Batch, type ConsentedEvent, catalogue, type EnrichedEvent, type EventType, enrichedEvent, eventTypes, type Outcome } from '@kanalblick/stream'
import { describe, expect, test } from 'vitest'
import { type TransformConfig, transformConfig } from './config.ts'
import { parseRates } from './rates.ts'
import { createTransformStage, transformSteps } from './stage.ts'

const now = () => new Date('2024-05-02T10:00:00Z')
const rates = parseRates('date,currency,rate\n2024-04-30,CHF,0.9764\n2024-05-02,CHF,0.9777\n2024-05-02,JPY,166.24\n')

const totals = { currency: 'EUR', total_net_minor: 5000, tax_minor: 950, shipping_minor: 490, discount_minor: 0 }
const items = [
  { sku: 'A', name: 'Lamp', category: 'Light', quantity: 2, line_net_minor: 3000 },
  { sku: 'B', quantity: 1, line_net_minor: 1510 },
]
const order = { ...totals, items }
const date = '2024-04-30'

/** One valid `data` of every type, as the consent stage passes it on. */
const examples: Record<EventType, Record<string, unknown>> = {
  page_viewed: { url_path: '/lamps' },
  product_viewed: { url_path: '/lamps/a', item: { sku: 'A', name: 'Lamp' } },
  product_list_viewed: { items: [{ sku: 'A' }, { sku: 'B' }] },
  search_performed: { results_count: 4 },
  cart_item_added: { item: { sku: 'A', line_net_minor: 1500 } },
  cart_item_removed: { item: { sku: 'A', quantity: 2 } },
  checkout_started: { currency: 'EUR', value_minor: 5000, items },
  checkout_step_completed: { step: 2 },
  order_placed: order,
  order_updated: { ...order, total_net_minor: 3490, items: items.slice(0, 1), placed_at: '2024-04-30T21:59:59Z', revision: 2 },
  order_paid: { currency: 'EUR', amount_minor: 5950 },
  order_cancelled: { ...totals, items },
  order_shipped: { items: [{ sku: 'A', quantity: 2 }] },
  refund_issued: { ...totals, total_net_minor: 1500 },
  return_received: { items: [{ sku: 'A', quantity: 1 }] },
  marketplace_fee_charged: { fee_type: 'commission', currency: 'EUR', amount_minor: 750 },
  ad_spend_recorded: { date, platform: 'google_ads', campaign_name: 'Spring', currency: 'EUR', cost_minor: 12_345, impressions: 1000, clicks: 50 },
  social_metrics_recorded: { date, platform: 'instagram', reach: 10, views: 9, engagements: 8, followers_delta: -1, clicks: 7 },
  channel_metrics_recorded: { date, platform: 'amazon', sku: 'A', units: 3, orders: 2, sessions: 40, currency: 'EUR', revenue_minor: 4500 },
  product_recorded: { sku: 'A', name: 'Lamp', category: 'Light', currency: 'EUR', cost_minor: 700 },
  content_published: { platform: 'instagram', content_id: 'c1' },
  newsletter_status_changed: { status: 'confirmed' },
  consent_recorded: { purposes: { web_analytics: true, ad_measurement: false }, mechanism: 'toggle_save' },
  erasure_requested: { origin: 'shopware' },
}

const consented = (type: EventType, over: Partial<Omit<ConsentedEvent, 'type' | 'data'>> & { data?: object } = {}): ConsentedEvent =>
  ({
    id: '6f1d2c7e-8d1f-5b57-9d54-0c6f1a2b3c4d',
    version: 1,
    time: '2024-05-01T23:15:42.123Z',
    received_at: '2024-05-02T09:00:00.000Z',
    channel: 'shop',
    channel_instance: 'shopware:s1:c1',
    schema_version: 1,
    collector: 'cloudevents',
    subject_web: null,
    subject_ads: null,
    subject_profile: null,
    session_key: null,
    order_key: null,
    granted: [],
    context: {},
    ...over,
    type,
    data: { ...examples[type], ...over.data },
  }) as unknown as ConsentedEvent

const configured = (config: Partial<TransformConfig> = {}) => transformSteps(transformConfig.parse(config))
const outcomeOf = (event: ConsentedEvent, config: Partial<TransformConfig> = {}) => configured(config).apply(event, rates)
const enriched = (event: ConsentedEvent, config: Partial<TransformConfig> = {}): EnrichedEvent => {
  const outcome = outcomeOf(event, config)
  if (outcome.kind !== 'keep') expect.fail(`expected the event to be kept, it was: ${outcome.reason}`)
  return outcome.event.value as EnrichedEvent
}
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

describe('the transform stage', () => {
  test('is these steps in this order', () => {
    expect(configured().names).toEqual(['dropBots', 'chargeToDay', 'convertCurrency', 'closeItems', 'assignChannelGroup', 'toEnriched'])
  })

  test.each(eventTypes)('makes of %s what its topic promises, with lines that add up', (type) => {
    const identifiers = Object.fromEntries(['order_id', 'refund_id', 'fee_id', 'request_id'].map((field) => [field, 'n1']))
    expect(catalogue[type].data.safeParse({ ...identifiers, ...examples[type] }).error).toBeUndefined()
    for (const config of [{}, { reportingCurrency: 'CHF' }]) {
      const event = enriched(consented(type), config)
      expect(enrichedEvent.parse(event)).toEqual(event)
      expect(sum(event.item_net_minor)).toBe(event.amount_minor)
      expect(new Set([event.item_sku, event.item_name, event.item_category, event.item_units].map((column) => column.length))).toEqual(
        new Set([event.item_net_minor.length]),
      )
    }
  })

  test('drops what a bot did', () => {
    expect(outcomeOf(consented('page_viewed', { context: { device: { class: 'bot' } } }))).toEqual({ kind: 'drop', reason: 'bot' })
  })

  test('charges an event to the day it was in the time zone of the merchant', () => {
    expect(enriched(consented('order_placed'))).toMatchObject({ day: '2024-05-02', time: '2024-05-01T23:15:00.000Z' })
    expect(enriched(consented('order_placed'), { timeZone: 'UTC' }).day).toBe('2024-05-01')
  })

  test.each(['ad_spend_recorded', 'social_metrics_recorded', 'channel_metrics_recorded'] as const)('charges %s to the day its platform names', (type) => {
    expect(enriched(consented(type)).day).toBe(date)
  })

  test('lets an updated order replace the one placed: same id, its type, its day, the higher version', () => {
    const placed = enriched(consented('order_placed', { time: '2024-04-30T21:59:59Z' }))
    const updated = enriched(consented('order_updated', { version: 2 }))
    expect(updated).toMatchObject({ id: placed.id, type: placed.type, day: placed.day, time: placed.time, version: 2, amount_minor: 3490 })
  })

  test.each(['1969-12-31T12:00:00Z', '2106-01-02T12:00:00Z'])('rejects a time that the warehouse cannot hold: %s', (time) => {
    expect(outcomeOf(consented('order_placed', { time }))).toMatchObject({ kind: 'reject', reason: 'event_invalid' })
  })

  test.each(['order_renamed', 'constructor', 'toString'])('rejects the type %s, which is not in the catalogue', (type) => {
    expect(outcomeOf(consented(type as EventType, { data: {} }))).toMatchObject({ kind: 'reject', reason: 'event_type_unknown' })
  })
})

describe('amounts and lines', () => {
  test('puts shipping into a line of its own', () => {
    expect(enriched(consented('order_placed'))).toMatchObject({
      amount_minor: 5000,
      item_sku: ['A', 'B', ''],
      item_name: ['Lamp', '', ''],
      item_category: ['Light', '', ''],
      item_units: [2, 1, 0],
      item_net_minor: [3000, 1510, 490],
    })
  })

  test('puts a refund without lines into one line, and no amount into none', () => {
    expect(enriched(consented('refund_issued'))).toMatchObject({ amount_minor: 1500, item_sku: [''], item_net_minor: [1500] })
    expect(enriched(consented('refund_issued', { data: { total_net_minor: 0 } }))).toMatchObject({ amount_minor: 0, item_sku: [] })
  })

  test('converts all amounts of an order and lets its lines add up to the converted total', () => {
    expect(enriched(consented('order_placed'), { reportingCurrency: 'CHF' })).toMatchObject({
      currency: 'CHF',
      amount_minor: 4889, // 50.00 EUR * 0.9777 = 48.885 CHF
      tax_minor: 929,
      shipping_minor: 479,
      item_net_minor: [2933, 1476, 480],
      original_currency: 'EUR',
      original_amount_minor: 5000,
      exchange_rate: 0.9777,
    })
  })

  test('states the rate per whole unit also between currencies with other decimal places', () => {
    const event = enriched(consented('order_paid', { data: { currency: 'JPY', amount_minor: 16_624 } }), { reportingCurrency: 'EUR' })
    expect(event).toMatchObject({ amount_minor: 10_000, original_currency: 'JPY', original_amount_minor: 16_624 })
    expect(event.exchange_rate).toBeCloseTo(1 / 166.24, 12)
  })

  test('leaves every amount in its own currency when none is configured', () => {
    const event = enriched(consented('order_paid', { data: { currency: 'USD', amount_minor: 99 } }))
    expect(event).toMatchObject({ currency: 'USD', amount_minor: 99, original_currency: 'USD', original_amount_minor: 99, exchange_rate: 1 })
  })

  test('rejects an amount without a rate and names the currency and the day', () => {
    const outcome = outcomeOf(consented('order_paid', { data: { currency: 'USD', amount_minor: 99 } }), { reportingCurrency: 'EUR' })
    expect(outcome).toEqual({ kind: 'reject', reason: 'currency_rate_missing', cause: 'no rate of USD on 2024-05-02 or up to 7 days before' })
  })

  test('rejects an amount without a currency, and one that is larger than the warehouse takes, converted or as the rest of its order', () => {
    expect(outcomeOf(consented('channel_metrics_recorded', { data: { currency: undefined } }))).toMatchObject({ reason: 'event_invalid' })
    const huge = { currency: 'EUR', amount_minor: 1e13 }
    expect(outcomeOf(consented('order_paid', { data: huge }), { reportingCurrency: 'JPY' })).toMatchObject({ reason: 'event_invalid' })
    expect(outcomeOf(consented('order_paid', { data: { ...huge, currency: 'JPY' } }), { reportingCurrency: 'CHF' })).toMatchObject({ kind: 'keep' })
    const lines = [1, 2].map(() => ({ sku: 'A', quantity: 1, line_net_minor: 1e13 }))
    expect(outcomeOf(consented('order_placed', { data: { items: lines } }))).toMatchObject({ reason: 'event_invalid' })
    expect(outcomeOf(consented('order_placed', { data: { total_net_minor: undefined } }))).toMatchObject({ reason: 'event_invalid' })
  })

  test('keeps the value of a checkout only with its currency', () => {
    expect(enriched(consented('checkout_started')).amount_minor).toBe(5000)
    expect(enriched(consented('checkout_started', { data: { currency: undefined } }))).toMatchObject({ amount_minor: 0, currency: '', item_net_minor: [0, 0] })
  })

  test.each([
    ['search_performed', { results_count: 4 }],
    ['checkout_step_completed', { step: 2 }],
    ['marketplace_fee_charged', { commission: 1 }],
    ['ad_spend_recorded', { impressions: 1000, clicks: 50 }],
    ['social_metrics_recorded', { reach: 10, views: 9, engagements: 8, followers_delta: -1, clicks: 7 }],
    ['channel_metrics_recorded', { units: 3, orders: 2, sessions: 40 }],
    ['newsletter_status_changed', { confirmed: 1 }],
    ['consent_recorded', { web_analytics: 1, ad_measurement: 0 }],
  ] as const)('keeps the further numbers of %s', (type, metrics) => {
    expect(enriched(consented(type)).metrics).toEqual(metrics)
  })

  test('names the platform and the campaign of ad spend as a link of the campaign would', () => {
    expect(enriched(consented('ad_spend_recorded'))).toMatchObject({ utm_source: 'google_ads', utm_campaign: 'Spring', channel_group: '' })
  })
})

describe('the channel group of an event', () => {
  const granted: ConsentedEvent['granted'] = ['web_analytics']
  test.each([
    ['Organic Search', 'page_viewed', { granted, context: { referrer_host: 'www.google.at' } }],
    ['Direct', 'page_viewed', { granted }],
    ['Direct', 'order_placed', { granted, session_key: 's' }],
    ['Email', 'order_placed', { granted, context: { utm_medium: 'email' } }],
    ['', 'order_placed', { granted }],
    ['', 'page_viewed', { context: { referrer_host: 'www.google.at' } }],
    ['', 'order_placed', { session_key: 's' }],
  ] as const)('is "%s" for %s with %j', (group, type, over) => {
    expect(enriched(consented(type, over)).channel_group).toBe(group)
  })

  test('is unknown after a link inside the shop', () => {
    const event = consented('page_viewed', { granted, context: { referrer_host: 'www.shop.example' } })
    expect(enriched(event, { ignoredReferrers: ['shop.example'] }).channel_group).toBe('')
  })
})

describe('a batch', () => {
  const encode = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
  const batchOf = (...values: unknown[]): Batch => ({
    topic: 'events.consented.v1',
    partition: 0,
    missed: 0,
    records: values.map((value, offset) => ({
      offset,
      key: `00000000-0000-4000-8000-00000000000${offset}`,
      value: encode(value),
      appendedAtMs: 1_714_600_000_000,
    })),
  })

  const outputsOf = async (stage: ReturnType<typeof createTransformStage>, batch: Batch) => [...(await stage.process(batch))]

  test('becomes enriched events, dead letters and one record that books only what ended here', async () => {
    const counted: (readonly [Outcome<unknown>['kind'], number])[] = []
    const config = transformConfig.parse({ reportingCurrency: 'EUR' })
    const stage = createTransformStage({ config, rates: () => rates, now, count: (_, outcome, events) => counted.push([outcome.kind, events]) })
    const outputs = await outputsOf(
      stage,
      batchOf(
        consented('order_placed'),
        consented('page_viewed', { context: { device: { class: 'bot' } } }),
        consented('order_paid', { data: { currency: 'USD' } }),
        'not json',
        consented('product_viewed', { data: { item: undefined } }),
      ),
    )
    expect(counted).toEqual([
      ['keep', 1],
      ['drop', 1],
      ['reject', 1],
      ['reject', 1],
      ['reject', 1],
    ])
    expect(outputs.map((output) => output.topic)).toEqual([
      'events.enriched.v1',
      'rejected.transform.v1',
      'rejected.transform.v1',
      'rejected.transform.v1',
      'fates.transform.v1',
    ])
    expect(outputs.at(-1)?.value).toMatchObject({
      outcome: ['dropped', 'rejected', 'rejected', 'rejected'],
      reason: ['bot', 'currency_rate_missing', 'record_unreadable', 'step_failed'],
    })
  })

  test('is converted with the rates of the moment it is processed', async () => {
    let table = rates
    const config = transformConfig.parse({ reportingCurrency: 'EUR' })
    const stage = createTransformStage({ config, rates: () => table, now, count: () => undefined })
    const batch = batchOf(consented('order_paid', { data: { currency: 'USD', amount_minor: 110 } }))
    expect((await outputsOf(stage, batch))[0]?.topic).toBe('rejected.transform.v1')
    table = parseRates('date,currency,rate\n2024-05-02,USD,1.1\n')
    expect((await outputsOf(stage, batch))[0]).toMatchObject({ topic: 'events.enriched.v1', value: { amount_minor: 100 } })
  })
})
