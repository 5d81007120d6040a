import { fc, test } from '@fast-check/vitest'
import {
  type Append,
  type Batch,
  type ConsentedEvent,
  channels,
  dropReasons,
  type EnrichedEvent,
  enrichedEvent,
  eventTypes,
  type Outcome,
  rejectReasons,
} from '@kanalblick/stream'
import { createTransformStage, parseRates, type TransformConfig, transformConfig, transformSteps } from '@kanalblick/transform'
import { describe, expect } from 'vitest'

const currencies = ['EUR', 'CHF', 'USD', 'JPY', 'KWD'] as const
const rateText = fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: 9999 })).map(([whole, part]) => `${whole}.${`${part}`.padStart(4, '0')}`)
/** Rates of every currency on 1 May 2024, against the euro. */
const rateTables = fc
  .tuple(rateText, rateText, rateText, rateText)
  .map((rates) => parseRates(`Date,${currencies.slice(1).join()}\n2024-05-01,${rates.join()}\n`))
const minor = fc.integer({ min: -10_000_000, max: 10_000_000 })
const positiveMinor = fc.nat({ max: 10_000_000 })

const envelope = {
  version: fc.integer({ min: 1, max: 9 }),
  time: fc.date({ min: new Date('2024-05-01T00:00:00Z'), max: new Date('2024-05-07T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString()),
  received_at: fc.constant('2024-05-07T00:00:00.000Z'),
  id: fc.uuid(),
  channel: fc.constantFrom(...channels),
  channel_instance: fc.constant('shopware:s1:c1'),
  schema_version: fc.constant(1),
  collector: fc.constant('segment'),
  subject_web: fc.option(fc.constant('w')),
  subject_ads: fc.constant(null),
  subject_profile: fc.constant(null),
  session_key: fc.option(fc.constant('s')),
  order_key: fc.constant('o'),
  granted: fc.subarray(['web_analytics', 'ad_measurement'] as const),
  context: fc.record(
    {
      country: fc.constantFrom('DE', 'AT', 'CH'),
      device: fc.record({ class: fc.constantFrom('desktop', 'mobile', 'bot') }),
      referrer_host: fc.domain(),
      utm_source: fc.string({ maxLength: 20 }),
      utm_medium: fc.string({ maxLength: 20 }),
      utm_campaign: fc.string({ maxLength: 20 }),
    },
    { requiredKeys: [] },
  ),
}

const orderData = fc.record({
  currency: fc.constantFrom(...currencies),
  total_net_minor: minor,
  tax_minor: minor,
  shipping_minor: minor,
  discount_minor: minor,
  items: fc.array(fc.record({ sku: fc.constantFrom('A', 'B', 'C'), quantity: fc.integer({ min: -3, max: 9 }), line_net_minor: minor }), { maxLength: 12 }),
})
const orderEvents = fc.record({ ...envelope, type: fc.constantFrom('order_placed', 'order_cancelled', 'refund_issued'), data: orderData })

const configs = fc.record({ reportingCurrency: fc.constantFrom(undefined, ...currencies) })
const configured = (config: object): TransformConfig => transformConfig.parse(config)
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
const valueOf = (outcome: Outcome<Append<'transform'>>) => (outcome.kind === 'keep' ? (outcome.event.value as EnrichedEvent) : expect.fail('not kept'))
const asEvent = (event: object) => event as ConsentedEvent

describe('transformed events', () => {
  test.prop([orderEvents, configs, rateTables])('have lines that add up to the amount, converted or not', (event, config, rates) => {
    const outcome = transformSteps(configured(config)).apply(asEvent(event), rates)
    fc.pre(outcome.kind === 'keep')
    const value = valueOf(outcome)
    expect(sum(value.item_net_minor)).toBe(value.amount_minor)
    expect(value.original_amount_minor).toBe(event.data.total_net_minor)
    expect(enrichedEvent.parse(value)).toEqual(value)
  })

  test.prop([orderEvents, configs, rateTables])('are what their JSON says: the sink may be handed either', (event, config, rates) => {
    const outcome = transformSteps(configured(config)).apply(asEvent(event), rates)
    fc.pre(outcome.kind === 'keep')
    expect(JSON.parse(JSON.stringify(valueOf(outcome)))).toStrictEqual(valueOf(outcome))
  })

  test.prop([orderEvents, configs, rateTables])('have each line within one minor unit of its own conversion', (event, config, rates) => {
    const outcome = transformSteps(configured(config)).apply(asEvent(event), rates)
    fc.pre(outcome.kind === 'keep')
    const value = valueOf(outcome)
    const minorRate = value.original_amount_minor === 0 ? undefined : minorRateOf(value)
    for (const [index, { line_net_minor }] of event.data.items.entries()) {
      if (minorRate === undefined) continue
      expect(Math.abs((value.item_net_minor[index] ?? Number.NaN) - line_net_minor * minorRate)).toBeLessThan(1 + 1e-6 * Math.abs(line_net_minor * minorRate))
    }
  })

  test.prop([fc.constantFrom(...currencies), fc.constantFrom(...currencies), positiveMinor, rateTables])(
    'lose at most one minor unit of the coarser currency on the way there and back',
    (from, to, amount, rates) => {
      const there = paid({ currency: from, amount }, to, rates)
      fc.pre(there !== undefined)
      const back = paid({ currency: to, amount: there.amount_minor }, from, rates)
      fc.pre(back !== undefined)
      // One unit of the target, in units of the original: what rounding there may cost, at half a unit, and half a unit of rounding back.
      const oneUnit = Math.max(1, 1 / minorRateOf(there))
      expect(Math.abs(back.amount_minor - amount)).toBeLessThanOrEqual(oneUnit * (1 + 1e-9))
    },
  )

  test.prop([orderEvents, fc.date({ min: new Date('2024-05-01'), max: new Date('2024-05-08'), noInvalidDate: true }), fc.integer({ min: 2, max: 9 })])(
    'keep the id when an order is updated, and take the day and the type of the one placed',
    (event, placedAt, version) => {
      const apply = transformSteps(configured({})).apply
      const human = { ...event, version: 1, context: {} }
      const placed = apply(asEvent({ ...human, type: 'order_placed', time: placedAt.toISOString() }), noTable)
      const data = { ...event.data, placed_at: placedAt.toISOString(), revision: version }
      const updated = apply(asEvent({ ...human, type: 'order_updated', version, data }), noTable)
      expect([placed.kind, updated.kind]).toEqual(['keep', 'keep'])
      expect(keyOf(updated)).toEqual({ ...keyOf(placed), version })
    },
  )
})

function keyOf(outcome: Outcome<Append<'transform'>>) {
  const { id, version, type, day, channel, time } = valueOf(outcome)
  return { id, version, type, day, channel, time }
}

const noTable = parseRates('date,currency,rate')

/** What one unit of the original is worth, both in minor units. */
const decimals: Record<string, number> = { JPY: 0, KWD: 3 }
const minorRateOf = ({ exchange_rate, currency, original_currency }: EnrichedEvent) =>
  exchange_rate * 10 ** ((decimals[currency] ?? 2) - (decimals[original_currency] ?? 2))

function paid({ currency, amount }: { currency: string; amount: number }, into: string, rates: typeof noTable): EnrichedEvent | undefined {
  const event = { ...plain, type: 'order_paid', data: { currency, amount_minor: amount } }
  const outcome = transformSteps(configured({ reportingCurrency: into })).apply(asEvent(event), rates)
  return outcome.kind === 'keep' ? (outcome.event.value as EnrichedEvent) : undefined
}
const plain = {
  id: '6f1d2c7e-8d1f-5b57-9d54-0c6f1a2b3c4d',
  version: 1,
  time: '2024-05-01T12:00:00Z',
  received_at: '2024-05-01T12:00:00Z',
  channel: 'shop',
  channel_instance: 'shopware:s1:c1',
  schema_version: 1,
  collector: 'segment',
  subject_web: null,
  subject_ads: null,
  subject_profile: null,
  session_key: null,
  order_key: null,
  granted: [],
  context: {},
}

/** The calendar of the platform itself, asked for every instant: slow, but not ours. */
const reference = new Map<string, Intl.DateTimeFormat>()
function referenceDay(timeZone: string, at: Date): string {
  const format = reference.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  reference.set(timeZone, format)
  return format.format(at)
}
const zones = ['Europe/Berlin', 'Europe/Zurich', 'Europe/Lisbon', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/Havana']
const stagesByZone = new Map(zones.map((timeZone) => [timeZone, transformSteps(configured({ timeZone }))]))
const dayOf = (timeZone: string, at: Date) => {
  const outcome = stagesByZone.get(timeZone)?.apply(asEvent({ ...plain, type: 'page_viewed', data: {}, time: at.toISOString() }), noTable)
  return outcome?.kind === 'keep' ? (outcome.event.value as EnrichedEvent).day : undefined
}

describe('the day of an event', () => {
  const instants = fc.date({ min: new Date('1980-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  test.prop([fc.constantFrom(...zones), instants], { numRuns: 500 })("is that of the platform's calendar at any time", (timeZone, at) => {
    expect(dayOf(timeZone, at)).toBe(referenceDay(timeZone, at))
  })

  // The days on which clocks change in Europe, and the nights around them, by the second.
  const changes = fc
    .tuple(fc.integer({ min: 1981, max: 2060 }), fc.constantFrom(2, 9), fc.integer({ min: -3 * 86_400, max: 3 * 86_400 }))
    .map(([year, month, seconds]) => new Date(lastSunday(year, month) + seconds * 1000))
  test.prop([fc.constantFrom(...zones), changes], { numRuns: 500 })("is that of the platform's calendar around a change of clocks", (timeZone, at) => {
    expect(dayOf(timeZone, at)).toBe(referenceDay(timeZone, at))
  })
})

function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0))
  return last.getTime() - last.getUTCDay() * 86_400_000
}

describe('a batch of anything', () => {
  const anything = fc.oneof(
    orderEvents,
    fc.record({ ...envelope, type: fc.constantFrom(...eventTypes, 'unheard_of', 'toString'), data: fc.dictionary(fc.string(), fc.jsonValue()) }),
    fc.record({
      ...envelope,
      type: fc.constantFrom(...eventTypes),
      data: fc.record({ items: fc.jsonValue(), item: fc.jsonValue(), placed_at: fc.jsonValue() }),
    }),
    fc.jsonValue(),
  )

  test.prop([fc.array(anything, { minLength: 1, maxLength: 20 }), configs, rateTables])(
    'ends each record in exactly one outcome',
    async (values, config, rates) => {
      let counted = 0
      const stage = createTransformStage({
        config: configured(config),
        rates: () => rates,
        now: () => new Date('2024-05-07T00:00:00Z'),
        count: (_stage, _outcome, events) => void (counted += events),
      })
      const records = values.map((value, offset) => ({
        offset,
        key: `00000000-0000-4000-8000-${String(offset).padStart(12, '0')}`,
        value: new TextEncoder().encode(JSON.stringify(value)),
        appendedAtMs: Date.parse('2024-05-07T00:00:00Z'),
      }))
      const batch: Batch = { topic: 'events.consented.v1', partition: 0, missed: 0, records }
      const outputs = [...(await stage.process(batch))]
      const kept = outputs.filter(({ topic }) => topic === 'events.enriched.v1')
      const rejected = outputs.filter(({ topic }) => topic === 'rejected.transform.v1')
      const booked = outputs.flatMap((output) => (output.topic === 'fates.transform.v1' ? [output.value] : []))
      const dropped = booked.flatMap(({ outcome }) => outcome).filter((outcome) => outcome === 'dropped')
      expect(kept.length + rejected.length + dropped.length).toBe(values.length)
      expect(booked.flatMap(({ id }) => id)).toHaveLength(rejected.length + dropped.length)
      expect(counted).toBe(values.length)
      expect([...dropReasons, ...rejectReasons]).toEqual(expect.arrayContaining(booked.flatMap(({ reason }) => reason)))
    },
  )
})
