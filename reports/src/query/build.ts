/** The only place where SQL is put together, out of closed lists. What a caller gave enters as a parameter. */
import { attributes, type DimensionName, dimensions, isProductDimension, metric } from './metrics.ts'
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

/** In three steps: the selection of days, its sums, and the metrics said in those sums. */
export function buildQuery(request: QueryRequest): BuiltQuery {
  const { filters, grain, limit, metrics } = request
  const by = hasMoney(metrics) && !request.by.includes('currency') ? [...request.by, 'currency' as const] : request.by
  const keys = [...(grain ? ['period'] : []), ...by]
  const columns = columnsOf(request, by)
  const rollup = [...by, ...filters.map(({ dimension }) => dimension)].some(isProductDimension) ? 'rollup_product_day' : 'rollup_channel_day'
  const sums = [...new Set(metrics.flatMap((name) => metric(name).sums))]
  const perCurrency = by.includes('currency')
  const lines = [
    'with',
    '  selection as',
    '  (',
    '    select *',
    `    from ${rollup}`,
    ...indented(4, where(request)),
    '  ),',
    ...(perCurrency ? indented(2, [onlyCurrency]) : []),
    '  sums as',
    '  (',
    '    select',
    ...indented(
      6,
      listed([
        ...keysOfDay(request, by),
        ...request.attributes.map((name) => as(attributes[name].sql, name)),
        ...sums.map((column) => `sum(${column}) as ${column}`),
      ]),
    ),
    '    from selection',
    ...(keys.length > 0 ? [`    group by ${keys.join(', ')}`] : []),
    '  )',
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

/** Amounts leave the warehouse as integer minor units. */
export const columnInSql = ({ name, unit }: Column): string => (unit === 'money' ? `${name}_minor` : name)

const columnsOf = ({ attributes, grain, metrics }: QueryRequest, by: readonly DimensionName[]): Column[] => [
  ...(grain ? [{ name: 'period', unit: 'period' } as const] : []),
  ...[...by, ...attributes].map((name) => ({ name, unit: 'dimension' }) as const),
  ...metrics.map((name) => ({ name, unit: metric(name).unit })),
]

const where = ({ currency, filters }: QueryRequest): string[] => [
  'where day between {from:Date} and {to:Date}',
  ...filters.map(({ dimension }, index) => `  and ${dimensions[dimension]} in {filter_${index}:Array(String)}`),
  ...(currency === undefined ? [] : ["  and currency in ({currency:String}, '')"]),
]

/** What has no currency (visits, returned parcels) counts under the selection's only currency; where there are several it has rows of its own. */
const onlyCurrency = "(select if(uniqExact(currency) = 1, any(currency), '') from selection where currency != '') as only_currency,"

const keysOfDay = ({ grain }: QueryRequest, by: readonly DimensionName[]): string[] => [
  ...(grain ? ['toDate(date_trunc({grain:String}, day)) as period'] : []),
  ...by.map((name) => as(name === 'currency' ? "if(currency = '', only_currency, currency)" : dimensions[name], name)),
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
