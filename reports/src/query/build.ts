/** The only place where SQL is put together, out of closed lists. What a caller gave enters as a parameter. */
import { lengthInDays } from '../period.ts'
import { attributes, type DimensionName, dimensions, isPlaceDimension, isProductDimension, metric } from './metrics.ts'
import { hasMoney, type QueryRequest } from './request.ts'

export interface Column {
  readonly name: string
  readonly unit: 'period' | 'dimension' | 'money' | 'count' | 'ratio'
}

export interface BuiltQuery {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
  /** What the SQL selects, in its order, by `columnInSql`. */
  readonly columns: readonly Column[]
  readonly rollup: 'rollup_channel_day' | 'rollup_product_day'
}

/**
 * In steps: the selection of days, its sums, and the metrics said in those sums. What is decided row by row where it could be decided for
 * sums takes most of the time, so what has no currency, and what a product is called, is settled between sums (`parts`) and their sums.
 */
export function buildQuery(request: QueryRequest): BuiltQuery {
  const { attributes, filters, grain, limit, metrics } = request
  const by = hasMoney(metrics) && !request.by.includes('currency') ? [...request.by, 'currency' as const] : request.by
  const keys = [...(grain ? ['period'] : []), ...by]
  const columns = columnsOf(request, by)
  const named = [...by, ...filters.map(({ dimension }) => dimension)]
  const rollup = named.some(isProductDimension) ? 'rollup_product_day' : 'rollup_channel_day'
  const sums = [...new Set(metrics.flatMap((name) => metric(name).sums))]
  const perCurrency = by.includes('currency')
  const inParts = perCurrency || attributes.length > 0
  const derived = rollup === 'rollup_product_day' ? derivedRollup(request, named) : undefined
  const lines = [
    'with',
    ...(derived ? [`  ${derivedUntil(derived)} as derived_until,`] : []),
    ...step('selection', derived ? partlyDerived(derived, request, { by, keys, sums }) : select(allOf(request), rollup, [...inPeriod, ...filtered(request)])),
    ...(inParts ? partsOf(request, { by, keys, sums }) : step('sums', select([...keysOfDay(request, by), ...summed(sums)], 'selection', groupBy(keys)), true)),
    'select',
    ...indented(2, listed(columns.map(selected))),
    'from sums',
    ...(perCurrency ? [`where currency != '' or ${sums.map((column) => `${column} != 0`).join(' or ')}`] : []),
    ...orderBy(request, keys, columns),
    ...(limit === undefined ? [] : ['limit {limit:UInt32}']),
    'settings output_format_json_quote_64bit_integers = 1',
  ]
  return { sql: lines.join('\n'), params: paramsOf(request), columns, rollup }
}

interface Wanted {
  readonly by: readonly DimensionName[]
  readonly keys: readonly string[]
  readonly sums: readonly string[]
}

function partsOf(request: QueryRequest, { by, keys, sums }: Wanted): string[] {
  const named = request.attributes.length > 0
  const perCurrency = by.includes('currency')
  const names = named ? ['name', 'max(last_day) as last_day'] : []
  const parts = select([...keysOfDay(request, by), ...names, ...summed(sums)], 'selection', groupBy([...keys, ...(named ? ['name'] : [])]))
  const settled = keys.map((key) => (key === 'currency' ? "if(currency = '', only_currency, currency) as currency" : key))
  const said = request.attributes.map((name) => as(attributes[name].sql, name))
  return [
    ...step('parts', parts),
    ...(perCurrency ? step('counted', select(['*', onlyCurrency], 'parts')) : []),
    ...step('sums', select([...settled, ...said, ...summed(sums)], perCurrency ? 'counted' : 'parts', groupBy(keys)), true),
  ]
}

/** Derived from the rollup by product and day, a month at a time, and read in its place where it can be. */
interface DerivedRollup {
  readonly table: 'rollup_sku_day' | 'rollup_sku_week' | 'rollup_product_month'
  /** Its column with the first day of what a row adds up. */
  readonly first: string
  readonly lastDay: string
  readonly firstOf: (day: string) => string
}

const bySku: DerivedRollup = { table: 'rollup_sku_day', first: 'day', lastDay: 'day as last_day', firstOf: (day) => day }
const bySkuAndWeek: DerivedRollup = {
  table: 'rollup_sku_week',
  first: 'week',
  lastDay: 'last_day',
  firstOf: (day) => `greatest(toMonday(${day}), toStartOfMonth(${day}))`,
}
const byMonth: DerivedRollup = { table: 'rollup_product_month', first: 'month', lastDay: 'last_day', firstOf: (day) => `toStartOfMonth(${day})` }

/** As many days are few enough to be read as they are. */
const fewDays = 31

function derivedRollup({ from, to, grain }: QueryRequest, named: readonly DimensionName[]): DerivedRollup | undefined {
  if (lengthInDays({ from, to }) <= fewDays) return undefined
  const perPlace = named.some(isPlaceDimension)
  if (grain === 'day') return perPlace ? undefined : bySku
  if (grain === 'week') return perPlace ? undefined : bySkuAndWeek
  return perPlace ? byMonth : bySkuAndWeek
}

/** From here on days are read: the end of the last week or month within the period, or the first month that waits to be derived. */
const derivedUntil = ({ firstOf }: DerivedRollup) =>
  `least(${firstOf('{to:Date} + 1')}, (select if(count() = 0, toDate('2149-01-01'), min(month)) from stale_months final where pending > 0))`

/** What is derived, and the days before and behind it. */
function partlyDerived({ table, first, lastDay, firstOf }: DerivedRollup, request: QueryRequest, { by, sums }: Wanted): string[] {
  const columns = [...new Set([...by.map((name) => dimensions[name]), ...(request.attributes.length > 0 ? ['name'] : []), ...sums])]
  return [
    ...select([as(first, 'day'), lastDay, ...columns], table, [`where ${first} >= {from:Date}`, `  and ${first} < derived_until`, ...filtered(request)]),
    'union all',
    ...select(['day', 'day as last_day', ...columns], 'rollup_product_day', [
      ...inPeriod,
      `  and (${firstOf('day')} < {from:Date} or day >= derived_until)`,
      ...filtered(request),
    ]),
  ]
}

const step = (name: string, lines: readonly string[], last = false): string[] => [`  ${name} as`, '  (', ...indented(4, lines), last ? '  )' : '  ),']

const select = (columns: readonly string[], from: string, rest: readonly string[] = []): string[] => [
  ...(columns.length === 1 ? [`select ${columns[0]}`] : ['select', ...indented(2, listed(columns))]),
  `from ${from}`,
  ...rest,
]

const summed = (columns: readonly string[]): string[] => columns.map((column) => `sum(${column}) as ${column}`)
const groupBy = (keys: readonly string[]): string[] => (keys.length > 0 ? [`group by ${keys.join(', ')}`] : [])

/** Amounts leave the warehouse as integer minor units. */
export const columnInSql = ({ name, unit }: Column): string => (unit === 'money' ? `${name}_minor` : name)

const columnsOf = ({ attributes, grain, metrics }: QueryRequest, by: readonly DimensionName[]): Column[] => [
  ...(grain ? [{ name: 'period', unit: 'period' } as const] : []),
  ...[...by, ...attributes].map((name) => ({ name, unit: 'dimension' }) as const),
  ...metrics.map((name) => ({ name, unit: metric(name).unit })),
]

const allOf = ({ attributes }: QueryRequest): string[] => ['*', ...(attributes.length > 0 ? ['day as last_day'] : [])]
const inPeriod = ['where day between {from:Date} and {to:Date}']
const filtered = ({ currency, filters }: QueryRequest): string[] => [
  ...filters.map(({ dimension }, index) => `  and ${dimensions[dimension]} in {filter_${index}:Array(String)}`),
  ...(currency === undefined ? [] : ["  and currency in ({currency:String}, '')"]),
]

/** What has no currency (visits, returned parcels) counts under the selection's only currency; where there are several it has rows of its own. */
const onlyCurrency = "if(uniqExactIf(currency, currency != '') over () = 1, maxIf(currency, currency != '') over (), '') as only_currency"

const keysOfDay = ({ grain }: QueryRequest, by: readonly DimensionName[]): string[] => [
  ...(grain ? ['toDate(date_trunc({grain:String}, day)) as period'] : []),
  ...by.map((name) => as(dimensions[name], name)),
]

const selected = (column: Column): string => as(column.unit === 'period' || column.unit === 'dimension' ? column.name : sqlOf(column), columnInSql(column))
const sqlOf = ({ name }: Column): string => metric(name as QueryRequest['metrics'][number]).sql

/** Ties are broken by the dimensions, so that the same question always gets the same answer. */
function orderBy({ order }: QueryRequest, keys: readonly string[], columns: readonly Column[]): string[] {
  const chosen = order.flatMap(({ by, direction }) => columns.filter(({ name }) => name === by).map((column) => `${columnInSql(column)} ${direction}`))
  const ties = keys.filter((key) => !order.some(({ by }) => by === key))
  const all = [...chosen, ...ties]
  return all.length > 0 ? [`order by ${all.join(', ')}`] : []
}

const paramsOf = ({ from, to, grain, currency, filters, limit }: QueryRequest): Record<string, unknown> => ({
  from,
  to,
  ...(grain === undefined ? {} : { grain }),
  ...(currency === undefined ? {} : { currency }),
  ...Object.fromEntries(filters.map((filter, index) => [`filter_${index}`, filter.in])),
  ...(limit === undefined ? {} : { limit }),
})

const as = (sql: string, name: string): string => (sql === name ? name : `${sql} as ${name}`)
const listed = (items: readonly string[]): string[] => items.map((item, index) => (index < items.length - 1 ? `${item},` : item))
const indented = (spaces: number, lines: readonly string[]): string[] => lines.map((line) => ' '.repeat(spaces) + line)
