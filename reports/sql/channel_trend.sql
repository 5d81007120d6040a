-- How do the sales of each channel develop?
--
-- Grain:       period, channel, channel_instance, currency. A period without sales is a row of zeros.
-- Parameters:  from, to: the first and the last day, both included; grain: day, week (ISO, from Monday) or month.
--
-- `period` is the first day of the day, week or month; `complete` is false where `from` or `to` cuts it.
-- Amounts are integer minor units of `currency`, without tax.
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

  sales as
  (
    select
      toDate(date_trunc({grain:String}, day)) as period,
      channel,
      channel_instance,
      currency,
      sum(orders) as orders,
      sum(units) as units,
      sum(revenue_gross_minor) as revenue_gross_minor,
      sum(cancelled_minor) as cancelled_minor,
      sum(refunded_minor) as refunded_minor
    from rollup_channel_day
    where day between {from:Date} and {to:Date}
      and currency != ''
    group by period, channel, channel_instance, currency
  ),

  series as
  (
    select distinct
      channel,
      channel_instance,
      currency
    from sales
  )

select
  periods.period as period,
  periods.complete as complete,
  series.channel as channel,
  series.channel_instance as channel_instance,
  series.currency as currency,
  sales.orders as orders,
  sales.units as units,
  sales.revenue_gross_minor as revenue_gross_minor,
  sales.cancelled_minor as cancelled_minor,
  sales.refunded_minor as refunded_minor,
  sales.revenue_gross_minor - sales.cancelled_minor - sales.refunded_minor as revenue_net_minor
from periods
cross join series
left join sales
  on sales.period = periods.period
  and sales.channel = series.channel
  and sales.channel_instance = series.channel_instance
  and sales.currency = series.currency
order by channel, channel_instance, currency, period
settings output_format_json_quote_64bit_integers = 1
