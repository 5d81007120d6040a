import { expect, test } from 'vitest'
import { parseRequest } from '../invalid-request.ts'
import { buildQuery } from './build.ts'
import { type QueryRequestInput, queryRequest } from './request.ts'

const build = (request: Partial<QueryRequestInput> & Pick<QueryRequestInput, 'metrics'>) =>
  buildQuery(parseRequest(queryRequest, { from: '2011-09-01', to: '2011-09-30', ...request }))

test('counts without a dimension in one row', () => {
  const { sql, params } = build({ metrics: ['orders', 'refund_count'] })
  expect(sql).toBe(`with
  selection as
  (
    select *
    from rollup_channel_day
    where day between {from:Date} and {to:Date}
  ),
  sums as
  (
    select
      sum(orders) as orders,
      sum(refunds) as refunds
    from selection
  )
select
  orders,
  refunds as refund_count
from sums
settings output_format_json_quote_64bit_integers = 1`)
  expect(params).toEqual({ from: '2011-09-01', to: '2011-09-30' })
})

test('adds the currency to a question about money, sums each column once, and passes every value as a parameter', () => {
  const { sql, params } = build({
    metrics: ['revenue_net', 'return_rate', 'orders'],
    by: ['country'],
    filters: [
      { dimension: 'channel', in: ['shop', 'marketplace'] },
      { dimension: 'country', in: ["D'E"] },
    ],
    grain: 'week',
    order: [{ by: 'revenue_net', direction: 'desc' }],
    limit: 10,
  })
  expect(sql).toBe(`with
  selection as
  (
    select *
    from rollup_channel_day
    where day between {from:Date} and {to:Date}
      and channel in {filter_0:Array(String)}
      and country in {filter_1:Array(String)}
  ),
  parts as
  (
    select
      toDate(date_trunc({grain:String}, day)) as period,
      country,
      currency,
      sum(revenue_gross_minor) as revenue_gross_minor,
      sum(cancelled_minor) as cancelled_minor,
      sum(refunded_minor) as refunded_minor,
      sum(orders) as orders
    from selection
    group by period, country, currency
  ),
  counted as
  (
    select
      *,
      if(uniqExactIf(currency, currency != '') over () = 1, maxIf(currency, currency != '') over (), '') as only_currency
    from parts
  ),
  sums as
  (
    select
      period,
      country,
      if(currency = '', only_currency, currency) as currency,
      sum(revenue_gross_minor) as revenue_gross_minor,
      sum(cancelled_minor) as cancelled_minor,
      sum(refunded_minor) as refunded_minor,
      sum(orders) as orders
    from counted
    group by period, country, currency
  )
select
  period,
  country,
  currency,
  revenue_gross_minor - cancelled_minor - refunded_minor as revenue_net_minor,
  if(revenue_gross_minor > 0, round(refunded_minor / revenue_gross_minor, 4), null) as return_rate,
  orders
from sums
where currency != '' or revenue_gross_minor != 0 or cancelled_minor != 0 or refunded_minor != 0 or orders != 0
order by revenue_net_minor desc, period, country, currency
limit {limit:UInt32}
settings output_format_json_quote_64bit_integers = 1`)
  expect(params).toEqual({ from: '2011-09-01', to: '2011-09-30', grain: 'week', filter_0: ['shop', 'marketplace'], filter_1: ["D'E"], limit: 10 })
})

const autumn = { from: '2011-09-02', to: '2011-11-15' }

test('reads the rollup by product when the question names a product', () => {
  const { sql, rollup } = build({ metrics: ['units'], by: ['product'], currency: 'EUR' })
  expect(rollup).toBe('rollup_product_day')
  expect(sql).toBe(`with
  selection as
  (
    select *
    from rollup_product_day
    where day between {from:Date} and {to:Date}
      and currency in ({currency:String}, '')
  ),
  sums as
  (
    select
      sku as product,
      sum(units) as units
    from selection
    group by product
  )
select
  product,
  units
from sums
order by product
settings output_format_json_quote_64bit_integers = 1`)
})

test('reads whole months in place of their days in a longer period, and days before, behind and where months wait to be derived', () => {
  const { sql, rollup } = build({ metrics: ['units'], by: ['product', 'country'], attributes: ['product_name'], currency: 'EUR', ...autumn })
  expect(rollup).toBe('rollup_product_day')
  expect(sql).toBe(`with
  least(toStartOfMonth({to:Date} + 1), (select if(count() = 0, toDate('2149-01-01'), min(month)) from stale_months final where pending > 0)) as derived_until,
  selection as
  (
    select
      month as day,
      last_day,
      sku,
      country,
      name,
      units
    from rollup_product_month
    where month >= {from:Date}
      and month < derived_until
      and currency in ({currency:String}, '')
    union all
    select
      day,
      day as last_day,
      sku,
      country,
      name,
      units
    from rollup_product_day
    where day between {from:Date} and {to:Date}
      and (toStartOfMonth(day) < {from:Date} or day >= derived_until)
      and currency in ({currency:String}, '')
  ),
  parts as
  (
    select
      sku as product,
      country,
      name,
      max(last_day) as last_day,
      sum(units) as units
    from selection
    group by product, country, name
  ),
  sums as
  (
    select
      product,
      country,
      argMaxIf(name, (last_day, name), name != '') as product_name,
      sum(units) as units
    from parts
    group by product, country
  )
select
  product,
  country,
  product_name,
  units
from sums
order by product, country
settings output_format_json_quote_64bit_integers = 1`)
})

const anywhere: Partial<QueryRequestInput> = { by: ['product'] }
const somewhere: Partial<QueryRequestInput> = { by: ['product'], filters: [{ dimension: 'country', in: ['AT'] }] }

test.each([
  ['rollup_sku_week', anywhere, undefined, autumn],
  ['rollup_sku_week', anywhere, 'week', autumn],
  ['rollup_sku_week', anywhere, 'month', autumn],
  ['rollup_sku_day', anywhere, 'day', autumn],
  ['rollup_product_month', somewhere, undefined, autumn],
  ['rollup_product_month', somewhere, 'quarter', autumn],
  ['rollup_product_day', somewhere, 'week', autumn],
  ['rollup_product_day', somewhere, 'day', autumn],
  ['rollup_product_day', anywhere, undefined, { from: '2011-10-01', to: '2011-10-31' }],
] as const)('reads %s for %j and grain %s', (table, asked, grain, period) => {
  const { sql } = build({ metrics: ['units'], ...asked, ...(grain && { grain }), ...period })
  expect([...sql.matchAll(/from (rollup_\w+)/g)].map(([, name]) => name)).toEqual([...new Set([table, 'rollup_product_day'])])
})

test('reads the rollup by product when a filter names a category', () => {
  expect(build({ metrics: ['units'], filters: [{ dimension: 'category', in: ['cups'] }] }).rollup).toBe('rollup_product_day')
})

test('says the latest name of a product beside it', () => {
  const { sql, columns } = build({ metrics: ['units'], by: ['product'], attributes: ['product_name'], order: [{ by: 'units', direction: 'desc' }] })
  expect(columns.map(({ name }) => name)).toEqual(['product', 'product_name', 'units'])
  expect(sql).toContain(
    '      sku as product,\n      name,\n      max(last_day) as last_day,\n      sum(units) as units\n    from selection\n    group by product, name\n',
  )
  expect(sql).toContain(
    "      product,\n      argMaxIf(name, (last_day, name), name != '') as product_name,\n      sum(units) as units\n    from parts\n    group by product\n",
  )
})
