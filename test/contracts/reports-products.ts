/** The part of the reports' contract that is about weeks and months of products: they say what their days say, for whatever is asked. */
import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'
import { productTrend, type QueryRequestInput, runQuery, runReport } from '@kanalblick/reports'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { clearRollups, type ProductDay, productDay, seedProductDays } from './reports-seed.ts'

export function products(client: () => ClickHouseClient): void {
  beforeEach(() => clearRollups(client()))

  test('answers every question about products as their days do, however much is derived', async () => {
    const property = fc.asyncProperty(anyDays, anySettled, fc.array(anyQuestion, { minLength: 30, maxLength: 30 }), async (days, settled, questions) => {
      await seed(client(), days, settled)
      for (const question of questions) {
        const { rows } = await runQuery(client(), question)
        expect(rows, JSON.stringify(question)).toEqual(answerOf(days, question))
      }
    })
    await fc.assert(property, { numRuns: 5, endOnFailure: true })
  })

  test('reports the trend of products as their days do, however much is derived', async () => {
    const asked = fc.record({ ...anyBounds, grain: fc.constantFrom('day', 'week', 'month'), top: fc.integer({ min: 1, max: 4 }) })
    const property = fc.asyncProperty(anyDays, anySettled, fc.array(asked, { minLength: 15, maxLength: 15 }), async (days, settled, questions) => {
      await seed(client(), days, settled)
      for (const { bounds, ...rest } of questions) {
        const params = { ...bounds, ...rest }
        const expected = await runReport(client(), { ...productTrend, sql: trendFromDays }, params)
        expect(await runReport(client(), productTrend, params), JSON.stringify(params)).toEqual(expected)
      }
    })
    await fc.assert(property, { numRuns: 5, endOnFailure: true })
  })
}

const trendFromDays = readFileSync(new URL('product-trend-of-days.sql', import.meta.url), 'utf8')

/** `settled`: the months before it are derived, the others wait. */
async function seed(client: ClickHouseClient, days: readonly ProductDay[], settled: string | undefined): Promise<void> {
  await clearRollups(client)
  await seedProductDays(client, days)
  if (settled === undefined) return
  // What waits may say anything: nobody reads it.
  for (const [table, first] of [
    ['rollup_sku_day', 'day'],
    ['rollup_sku_week', 'week'],
    ['rollup_product_month', 'month'],
  ]) {
    await client.command({ query: `insert into ${table} (${first}, currency, sku, units, revenue_gross_minor) values ('${settled}', 'EUR', 'A', 999, 999999)` })
  }
  await client.command({ query: `insert into stale_months select '${settled}', generateUUIDv4(), 1` })
}

/** Months of 28 to 31 days, a year's end, weeks over the ends of months, and a year later for comparisons with the last one. */
const anyDay = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map((n) => dayAfter('2020-11-20', n)),
  fc.integer({ min: 0, max: 100 }).map((n) => dayAfter('2021-11-20', n)),
)
const dayAfter = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

const anyAmount = fc.integer({ min: -500, max: 100_000 })
const anyProductDay = fc
  .record({
    day: anyDay,
    channel: fc.constantFrom('shop', 'marketplace'),
    channel_instance: fc.constantFrom('shop:1', 'shop:2'),
    country: fc.constantFrom('DE', 'AT', ''),
    currency: fc.constantFrom('EUR', 'EUR', 'CHF', ''),
    sku: fc.constantFrom('A', 'B', 'C', ''),
    name: fc.constantFrom('Cup', 'Mug', ''),
    category: fc.constantFrom('cups', 'plates', ''),
    units: fc.nat({ max: 3 }),
    units_refunded: fc.nat({ max: 1 }),
    revenue_gross_minor: anyAmount,
    cancelled_minor: anyAmount,
    refunded_minor: anyAmount,
  })
  .map((row) => productDay(row))
const anyDays = fc.array(anyProductDay, { minLength: 20, maxLength: 150 })
const anySettled = fc.constantFrom(undefined, undefined, '2020-01-01', '2020-12-01', '2021-02-01', '2021-12-01')

const anyBounds = {
  bounds: fc
    .tuple(anyDay, anyDay, fc.boolean(), fc.boolean())
    // Often the bounds of months, as people ask.
    .map(([one, other, isFirst, isLast]) => [isFirst ? `${one.slice(0, 7)}-01` : one, isLast ? dayAfter(`${other.slice(0, 7)}-01`, -1) : other].toSorted())
    .map(([from = '', to = '']) => ({ from, to })),
}

type Dimension = NonNullable<QueryRequestInput['by']>[number]
const columnOf = {
  channel: 'channel',
  channel_instance: 'channel_instance',
  country: 'country',
  currency: 'currency',
  product: 'sku',
  category: 'category',
} as const

const anyFilter = fc.oneof(
  fc.record({ dimension: fc.constant('country' as const), in: fc.subarray(['DE', 'AT', ''], { minLength: 1 }) }),
  fc.record({ dimension: fc.constant('channel' as const), in: fc.subarray(['shop', 'other'], { minLength: 1 }) }),
  fc.record({ dimension: fc.constant('product' as const), in: fc.subarray(['A', 'C', ''], { minLength: 1 }) }),
  fc.record({ dimension: fc.constant('category' as const), in: fc.subarray(['cups', ''], { minLength: 1 }) }),
)

const anyQuestion = fc
  .record({
    ...anyBounds,
    metrics: fc.subarray(['units', 'units_refunded', 'revenue_net'] as const, { minLength: 1 }),
    by: fc.shuffledSubarray(Object.keys(columnOf) as Dimension[], { maxLength: 3 }),
    filters: fc.array(anyFilter, { maxLength: 2 }),
    grain: fc.constantFrom(undefined, 'day', 'week', 'month', 'quarter', 'year'),
    currency: fc.constantFrom(undefined, undefined, 'EUR'),
    isNamed: fc.boolean(),
  })
  .map(({ bounds, grain, currency, by, isNamed, ...rest }): Question => {
    const attributes = isNamed && by.includes('product') ? (['product_name'] as const) : []
    return { ...bounds, ...rest, by, attributes: [...attributes], ...(grain && { grain }), ...(currency && { currency }) }
  })
  // Of the rollup by channel, otherwise.
  .filter(({ by, filters }) => [...by, ...filters.map(({ dimension }) => dimension)].some((name) => name === 'product' || name === 'category'))

type Question = QueryRequestInput & {
  readonly by: Dimension[]
  readonly filters: { dimension: Dimension; in: string[] }[]
  readonly attributes: 'product_name'[]
}

/** Worked out from the rows, without the engine. */
function answerOf(days: readonly ProductDay[], { from, to, metrics, by, filters, attributes, grain, currency }: Question): Record<string, unknown>[] {
  const dimensions = metrics.includes('revenue_net') && !by.includes('currency') ? [...by, 'currency' as const] : by
  const selection = days
    .filter(({ day }) => day >= from && day <= to)
    .filter((row) => filters.every((filter) => filter.in.includes(row[columnOf[filter.dimension]])))
    .filter((row) => currency === undefined || [currency, ''].includes(row.currency))
  const currencies = [...new Set(selection.map((row) => row.currency))].filter((name) => name !== '')
  const settled = selection.map((row) =>
    row.currency === '' && dimensions.includes('currency') && currencies.length === 1 ? { ...row, currency: currencies[0] ?? '' } : row,
  )
  const keysOf = (row: ProductDay) => [...(grain ? [periodOf(row.day, grain)] : []), ...dimensions.map((name) => row[columnOf[name]])]
  const names = [...(grain ? ['period'] : []), ...dimensions]
  return grouped(settled, keysOf, names.length > 0)
    .filter(([, rows]) => !dimensions.includes('currency') || rows[0]?.currency !== '' || sumsOf(metrics).some((column) => sum(rows, column) !== 0))
    .toSorted(([one], [other]) => ((one.find((key, n) => key !== other[n]) ?? '') < (other.find((key, n) => key !== one[n]) ?? '') ? -1 : 1))
    .map(([keys, rows]) => ({
      ...Object.fromEntries(names.map((name, n) => [name, keys[n]])),
      ...(attributes.length > 0 ? { product_name: latestName(rows) } : {}),
      ...Object.fromEntries(metrics.map((name) => [name, name === 'revenue_net' ? net(rows) / 100 : sum(rows, name as 'units')])),
    }))
}

type Column = 'units' | 'units_refunded' | 'revenue_gross_minor' | 'cancelled_minor' | 'refunded_minor'
const sumsOf = (metrics: readonly string[]) =>
  metrics.flatMap((name) => (name === 'revenue_net' ? (['revenue_gross_minor', 'cancelled_minor', 'refunded_minor'] as const) : [name as Column]))
const sum = (rows: readonly ProductDay[], column: Column) => rows.reduce((total, row) => total + Number(row[column]), 0)
const net = (rows: readonly ProductDay[]) => sum(rows, 'revenue_gross_minor') - sum(rows, 'cancelled_minor') - sum(rows, 'refunded_minor')

const latestName = (rows: readonly ProductDay[]) =>
  rows
    .filter(({ name }) => name !== '')
    .map(({ day, name }) => `${day}${name}`)
    .toSorted()
    .at(-1)
    ?.slice('yyyy-MM-dd'.length) ?? ''

function grouped(rows: readonly ProductDay[], keysOf: (row: ProductDay) => string[], isSplit: boolean): [string[], ProductDay[]][] {
  const groups = new Map<string, [string[], ProductDay[]]>()
  // Without keys there is one row, whatever is selected.
  if (!isSplit) groups.set('[]', [[], []])
  for (const row of rows) {
    const keys = keysOf(row)
    const group = groups.get(JSON.stringify(keys)) ?? [keys, []]
    group[1].push(row)
    groups.set(JSON.stringify(keys), group)
  }
  return [...groups.values()]
}

function periodOf(day: string, grain: NonNullable<QueryRequestInput['grain']>): string {
  const month = Number(day.slice(5, 7))
  if (grain === 'week') return dayAfter(day, -((new Date(day).getUTCDay() + 6) % 7))
  if (grain === 'month') return `${day.slice(0, 7)}-01`
  if (grain === 'quarter') return `${day.slice(0, 5)}${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`
  return grain === 'year' ? `${day.slice(0, 4)}-01-01` : day
}
