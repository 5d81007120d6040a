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

  top_products as
  (
    select
      sku,
      currency,
      sum(revenue_gross_minor - cancelled_minor - refunded_minor) as net_minor,
      -- Products are renamed: the latest name counts.
      argMax(name, (day, name)) as name
    from rollup_product_day
    where day between {from:Date} and {to:Date}
      and sku != ''
    group by sku, currency
    order by currency, net_minor desc, sku
    limit {top:UInt32} by currency
  ),

  sales as
  (
    select
      toDate(date_trunc({grain:String}, day)) as period,
      sku,
      currency,
      sum(units) as units,
      sum(revenue_gross_minor) as revenue_gross_minor,
      sum(cancelled_minor) as cancelled_minor,
      sum(refunded_minor) as refunded_minor
    from rollup_product_day
    where day between {from:Date} and {to:Date}
    group by period, sku, currency
  )

select
  periods.period as period,
  periods.complete as complete,
  top_products.sku as product,
  top_products.name as product_name,
  top_products.currency as currency,
  sales.units as units,
  sales.revenue_gross_minor as revenue_gross_minor,
  sales.cancelled_minor as cancelled_minor,
  sales.refunded_minor as refunded_minor,
  sales.revenue_gross_minor - sales.cancelled_minor - sales.refunded_minor as revenue_net_minor
from periods
cross join top_products
left join sales
  on sales.period = periods.period
  and sales.sku = top_products.sku
  and sales.currency = top_products.currency
order by currency, top_products.net_minor desc, product, period
settings output_format_json_quote_64bit_integers = 1
