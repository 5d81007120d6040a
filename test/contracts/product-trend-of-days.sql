-- The report of this name out of days alone, to compare it with.
--
-- How do the products that earn most develop?
--
-- Grain:       period, product (its sku), currency. A period without sales is a row of zeros.
-- Parameters:  from, to: the first and the last day, both included; grain: day, week (ISO, from Monday) or month;
--              top: how many products per currency, by net revenue over all days.
--
-- `period` is the first day of the day, week or month; `complete` is false where `from` or `to` cuts it.
-- Amounts are integer minor units of `currency`, without tax. Shipping belongs to no product and is left out.
with
  days as
  (
    select {from:Date} + number as day
    from numbers({to:Date} - {from:Date} + 1)
  ),

  periods as
  (
    select
      toDate(date_trunc({grain:String}, day)) as period,
      toBool(min(day) = period and toDate(date_trunc({grain:String}, max(day) + 1)) > period) as complete
    from days
    group by period
  ),

  -- One pass over the days; all that follows is done with its sums.
  sales as
  (
    select
      toDate(date_trunc({grain:String}, day)) as period,
      sku,
      currency,
      name,
      max(day) as last_day,
      sum(units) as units,
      sum(revenue_gross_minor) as revenue_gross_minor,
      sum(cancelled_minor) as cancelled_minor,
      sum(refunded_minor) as refunded_minor
    from rollup_product_day
    where day between {from:Date} and {to:Date}
      and sku != ''
    group by period, sku, currency, name
  ),

  top_products as
  (
    select
      sku,
      currency,
      sum(revenue_gross_minor - cancelled_minor - refunded_minor) as net_minor,
      -- Products are renamed: the latest name counts.
      argMax(name, (last_day, name)) as name,
      sumMap([period], [units], [revenue_gross_minor], [cancelled_minor], [refunded_minor]) as by_period
    from sales
    group by sku, currency
    order by currency, net_minor desc, sku
    limit {top:UInt32} by currency
  )

select
  period,
  complete,
  sku as product,
  name as product_name,
  currency,
  by_period.2[place] as units,
  by_period.3[place] as revenue_gross_minor,
  by_period.4[place] as cancelled_minor,
  by_period.5[place] as refunded_minor,
  revenue_gross_minor - cancelled_minor - refunded_minor as revenue_net_minor
from
(
  -- Place 0, of a period without sales, holds zeros.
  select *, indexOf(by_period.1, period) as place
  from periods
  cross join top_products
)
order by currency, net_minor desc, product, period
settings output_format_json_quote_64bit_integers = 1
