/** The part of the reports' contract that is about free queries. */
import type { ClickHouseClient } from '@clickhouse/client'
import { type DimensionName, dimensionNames, type MetricName, metricNames, type QueryRequestInput, runQuery } from '@kanalblick/reports'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ChannelDay, channelDay, clearRollups, type ProductDay, productDay, seedChannelDays, seedProductDays } from './reports-seed.ts'

export function queries(client: () => ClickHouseClient): void {
  const winter = { from: '2020-12-01', to: '2021-01-31' }
  const ask = async (request: Partial<QueryRequestInput> & Pick<QueryRequestInput, 'metrics'>) => (await runQuery(client(), { ...winter, ...request })).rows
  const sale = (row: Partial<ChannelDay>) => channelDay({ currency: 'EUR', orders: 1, ...row })

  test('answers with exact amounts in major units and says what they are in', async () => {
    await seedChannelDays(client(), [
      sale({ country: 'DE', currency: 'GBP', revenue_gross_minor: 22_169_830, cancelled_minor: 8, refunded_minor: 1 }),
      sale({ country: 'AT', currency: 'GBP', revenue_gross_minor: 10 }),
      sale({ country: 'AT', currency: 'GBP', revenue_gross_minor: 20, day: '2021-01-05' }),
    ])
    const result = await runQuery(client(), { ...winter, metrics: ['revenue_net', 'average_order_value', 'return_rate', 'orders'], by: ['country'] })
    expect(result).toEqual({
      ...winter,
      currencies: ['GBP'],
      generated_from: 'rollup_channel_day',
      columns: [
        { name: 'country', unit: 'dimension' },
        { name: 'currency', unit: 'dimension' },
        { name: 'revenue_net', unit: 'money' },
        { name: 'average_order_value', unit: 'money' },
        { name: 'return_rate', unit: 'ratio' },
        { name: 'orders', unit: 'count' },
      ],
      rows: [
        { country: 'AT', currency: 'GBP', revenue_net: 0.3, average_order_value: 0.15, return_rate: 0, orders: 2 },
        { country: 'DE', currency: 'GBP', revenue_net: 221698.21, average_order_value: 221698.3, return_rate: 0, orders: 1 },
      ],
    })
    expect(JSON.stringify(result.rows)).toContain('"revenue_net":221698.21,')
  })

  test('rounds half a cent up and leaves out what cannot be divided', async () => {
    await seedChannelDays(client(), [sale({ orders: 2, revenue_gross_minor: 5 }), sale({ country: 'AT', orders: 0, refunded_minor: 5 })])
    expect(await ask({ metrics: ['average_order_value', 'return_rate', 'consent_share'], by: ['country'] })).toEqual([
      { country: 'AT', currency: 'EUR', average_order_value: null, return_rate: null, consent_share: null },
      { country: 'DE', currency: 'EUR', average_order_value: 0.03, return_rate: 0, consent_share: null },
    ])
  })

  test('filters by several dimensions, orders and limits', async () => {
    await seedChannelDays(client(), [
      sale({ country: 'DE', orders: 1 }),
      sale({ country: 'AT', orders: 7 }),
      sale({ country: 'CH', orders: 5 }),
      sale({ country: 'FR', orders: 9 }),
      sale({ country: 'AT', orders: 99, channel: 'marketplace' }),
    ])
    const filters: QueryRequestInput['filters'] = [
      { dimension: 'country', in: ['DE', 'AT', 'CH'] },
      { dimension: 'channel', in: ['shop'] },
    ]
    expect(await ask({ metrics: ['orders'], by: ['country'], filters, order: [{ by: 'orders', direction: 'desc' }], limit: 2 })).toEqual([
      { country: 'AT', orders: 7 },
      { country: 'CH', orders: 5 },
    ])
  })

  test('counts visits under the only currency that the selection has', async () => {
    await seedChannelDays(client(), [
      sale({ revenue_gross_minor: 500, events: 1, events_consented: 1 }),
      channelDay({ events: 3, events_consented: 1, units_returned: 2 }),
    ])
    expect(await ask({ metrics: ['revenue_net', 'units_returned', 'consent_share'] })).toEqual([
      { currency: 'EUR', revenue_net: 5, units_returned: 2, consent_share: 0.5 },
    ])
  })

  test('never adds up two currencies, and shows apart what has none', async () => {
    await seedChannelDays(client(), [
      sale({ revenue_gross_minor: 500 }),
      sale({ revenue_gross_minor: 800, currency: 'CHF' }),
      sale({ revenue_gross_minor: 7, currency: 'JPY' }),
      channelDay({ events: 3 }),
      channelDay({ country: 'FR' }),
    ])
    expect(await ask({ metrics: ['revenue_net', 'events'] })).toEqual([
      { currency: '', revenue_net: 0, events: 3 },
      { currency: 'CHF', revenue_net: 8, events: 0 },
      { currency: 'EUR', revenue_net: 5, events: 0 },
      { currency: 'JPY', revenue_net: 7, events: 0 },
    ])
    expect(await ask({ metrics: ['revenue_net', 'events'], currency: 'EUR' })).toEqual([{ currency: 'EUR', revenue_net: 5, events: 3 }])
    expect(await ask({ metrics: ['revenue_net', 'events'], filters: [{ dimension: 'currency', in: ['EUR'] }] })).toEqual([
      { currency: 'EUR', revenue_net: 5, events: 0 },
    ])
    expect(await ask({ metrics: ['orders'] })).toEqual([{ orders: 3 }])
  })

  test.each([
    ['day', ['2020-12-27', '2020-12-28', '2021-01-03', '2021-01-04']],
    ['week', ['2020-12-21', '2020-12-28', '2020-12-28', '2021-01-04']],
    ['month', ['2020-12-01', '2020-12-01', '2021-01-01', '2021-01-01']],
    ['quarter', ['2020-10-01', '2020-10-01', '2021-01-01', '2021-01-01']],
    ['year', ['2020-01-01', '2020-01-01', '2021-01-01', '2021-01-01']],
  ] as const)('names each %s by its first day, across ISO week 53', async (grain, periods) => {
    const days = ['2020-12-27', '2020-12-28', '2021-01-03', '2021-01-04']
    await seedChannelDays(
      client(),
      days.map((day, index) => sale({ day, orders: 10 ** index })),
    )
    const expected = new Map<string, number>()
    for (const [index, period] of periods.entries()) expected.set(period, (expected.get(period) ?? 0) + 10 ** index)
    expect(await ask({ metrics: ['orders'], grain })).toEqual([...expected].map(([period, orders]) => ({ period, orders })))
  })

  test('asks the products, with shipping under no sku', async () => {
    await seedProductDays(client(), [
      productDay({ sku: 'A', category: 'cups', units: 2, revenue_gross_minor: 500, refunded_minor: 250 }),
      productDay({ sku: 'B', category: 'cups', units: 1, revenue_gross_minor: 300 }),
      productDay({ revenue_gross_minor: 490 }),
    ])
    expect(await ask({ metrics: ['units', 'revenue_net', 'return_rate'], by: ['product'] })).toEqual([
      { product: '', currency: 'EUR', units: 0, revenue_net: 4.9, return_rate: 0 },
      { product: 'A', currency: 'EUR', units: 2, revenue_net: 2.5, return_rate: 0.5 },
      { product: 'B', currency: 'EUR', units: 1, revenue_net: 3, return_rate: 0 },
    ])
    expect(await ask({ metrics: ['revenue_net'], filters: [{ dimension: 'category', in: ['cups'] }] })).toEqual([{ currency: 'EUR', revenue_net: 5.5 }])
  })

  test('answers up to 15 digits as a number and more as text, so that each is exact', async () => {
    await seedChannelDays(client(), [sale({ revenue_gross_minor: '999999999999999', units: '9007199254740991' })])
    expect(await ask({ metrics: ['revenue_gross', 'units'] })).toEqual([{ currency: 'EUR', revenue_gross: 9_999_999_999_999.99, units: '9007199254740991' }])
    await seedChannelDays(client(), [sale({ revenue_gross_minor: 1, units: 1 })])
    expect(await ask({ metrics: ['revenue_gross', 'units'] })).toEqual([{ currency: 'EUR', revenue_gross: '10000000000000.00', units: '9007199254740992' }])
  })

  test.each(["x' or 1 = 1 --", 'back\\slash', '{from:Date}', 'tab\there', 'line\nbreak', 'Ünïcode 🛒', "['a']"])(
    'takes a filter value as a value: %j',
    async (value) => {
      await seedProductDays(client(), [productDay({ sku: value, units: 1 }), productDay({ sku: 'other', units: 10 })])
      expect(await ask({ metrics: ['units'], by: ['product'], filters: [{ dimension: 'product', in: [value] }] })).toEqual([{ product: value, units: 1 }])
    },
  )

  test('adds up to the same total whatever dimension or grain splits it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyChannelDay, { maxLength: 30 }), fc.array(anyProductDay, { maxLength: 30 }), async (channelDays, productDays) => {
        await clearRollups(client())
        if (channelDays.length > 0) await seedChannelDays(client(), channelDays)
        if (productDays.length > 0) await seedProductDays(client(), productDays)
        const channelMetrics = metricNames.filter(isAdditive)
        await expectEqualSums(ask, channelMetrics, [[], ...dimensionNames.filter((name) => !productOnly.includes(name)).map((name) => [name])])
        const productMetrics: MetricName[] = ['revenue_net', 'revenue_gross', 'cancelled', 'refunds', 'units', 'units_cancelled', 'units_refunded']
        await expectEqualSums(ask, productMetrics, [['product'], ['category'], ['product', 'country', 'channel']])
        expect(await ask({ metrics: ['orders', 'units'] })).toEqual([{ orders: sumOf(channelDays, 'orders'), units: sumOf(channelDays, 'units') }])
        const soldPerCategory = await ask({ metrics: ['units'], by: ['category'] })
        expect(soldPerCategory.reduce((sum, { units }) => sum + Number(units), 0)).toBe(sumOf(productDays, 'units'))
      }),
      { numRuns: 5 },
    )
  })
}

const productOnly: readonly DimensionName[] = ['product', 'category']
const isAdditive = (name: MetricName) => !['average_order_value', 'return_rate', 'consent_share'].includes(name)

const sumOf = <Name extends string>(rows: readonly Readonly<Record<Name, string | number>>[], name: Name) =>
  rows.reduce((sum, row) => sum + Number(row[name]), 0)

type Ask = (request: Pick<QueryRequestInput, 'metrics' | 'by' | 'grain'>) => Promise<readonly Readonly<Record<string, unknown>>[]>

async function expectEqualSums(ask: Ask, metrics: MetricName[], splits: DimensionName[][]): Promise<void> {
  const total = sumsOf(await ask({ metrics, by: splits[0] ?? [] }), metrics)
  for (const by of splits) {
    for (const grain of [undefined, 'week'] as const) {
      expect(sumsOf(await ask({ metrics, by, ...(grain ? { grain } : {}) }), metrics), `split by ${by.join()} and ${grain}`).toEqual(total)
    }
  }
}

/** Per currency, in hundredths, without currencies that add up to nothing. */
function sumsOf(rows: Awaited<ReturnType<Ask>>, metrics: readonly MetricName[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const row of rows) {
    for (const name of metrics) {
      const key = `${String(row['currency'])} ${name}`
      sums[key] = (sums[key] ?? 0) + Math.round(Number(row[name]) * 100)
    }
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0))
}

const anyPlace = {
  day: fc.constantFrom('2020-12-01', '2020-12-27', '2020-12-28', '2021-01-03', '2021-01-04', '2021-01-31'),
  channel: fc.constantFrom('shop', 'marketplace', 'web'),
  channel_instance: fc.constantFrom('shop:1', 'shop:2', 'amazon:de'),
  country: fc.constantFrom('DE', 'AT', ''),
  currency: fc.constantFrom('EUR', 'CHF', ''),
}
const anyCount = fc.nat({ max: 1000 })
const anyMinor = fc.integer({ min: -100_000, max: 10_000_000 })
const anySales = {
  units: anyCount,
  units_cancelled: anyCount,
  units_refunded: anyCount,
  revenue_gross_minor: anyMinor,
  cancelled_minor: anyMinor,
  refunded_minor: anyMinor,
}

const anyChannelDay = fc
  .record({ ...anyPlace, ...anySales, orders: anyCount, units_returned: anyCount, tax_minor: anyMinor, fees_minor: anyMinor, events: anyCount })
  .map((row) => channelDay({ ...row, events_consented: Math.floor(row.events / 2) }))
const anyProductDay: fc.Arbitrary<ProductDay> = fc
  .record({ ...anyPlace, ...anySales, sku: fc.constantFrom('A', 'B', ''), category: fc.constantFrom('cups', '') })
  .map((row) => productDay(row))
