-- Which channels carry the business, compared with the period before and with the same weeks last year?
--
-- Grain:       channel, channel_instance, currency. An instance without sales (a web site) has one row with currency ''.
-- Parameters:  from, to: the first and the last day, both included.
--
-- Amounts are integer minor units of `currency`, without tax. Shares, rates and changes are fractions: 0.25 is 25 %.
-- A comparison is null when the instance had no data in the other period or began within it; a change also when that period's revenue is not above zero.
with
  -- As many days as asked for, ending the day before.
  {from:Date} - ({to:Date} - {from:Date} + 1) as previous_from,
  {from:Date} - 1 as previous_to,

  -- 52 weeks earlier: the same weekdays.
  {from:Date} - 364 as last_year_from,
  {to:Date} - 364 as last_year_to,

  -- Data in the five weeks up to a period's first day shows that the instance was there when the period began.
  35 as days_before,

  days as
  (
    select
      *,
      revenue_gross_minor - cancelled_minor - refunded_minor as net_minor,
      day between {from:Date} and {to:Date} as is_current,
      day between previous_from and previous_to as is_previous,
      day between last_year_from and last_year_to as is_last_year,
      day between previous_from - days_before and previous_from as begins_previous,
      day between last_year_from - days_before and last_year_from as begins_last_year
    from rollup_channel_day
    where day between previous_from - days_before and {to:Date}
      or day between last_year_from - days_before and last_year_to
  ),

  totals as
  (
    select
      channel,
      channel_instance,
      currency,
      sumIf(orders, is_current) as orders,
      sumIf(units, is_current) as units,
      sumIf(revenue_gross_minor, is_current) as revenue_gross_minor,
      sumIf(cancelled_minor, is_current) as cancelled_minor,
      sumIf(refunded_minor, is_current) as refunded_minor,
      sumIf(net_minor, is_current) as revenue_net_minor,
      sumIf(net_minor, is_previous) as net_previous_minor,
      sumIf(net_minor, is_last_year) as net_last_year_minor,
      sumIf(fees_minor, is_current) as fees_minor,
      sumIf(ad_spend_minor, is_current) as ad_spend_minor,
      sumIf(events, is_current) as events,
      sumIf(events_consented, is_current) as events_consented,
      max(is_current or is_previous or is_last_year) as is_shown,
      max(is_previous) as in_previous,
      max(is_last_year) as in_last_year,
      max(begins_previous) as before_previous,
      max(begins_last_year) as before_last_year
    from days
    group by channel, channel_instance, currency
  ),

  compared as
  (
    select
      * except (events, events_consented),
      sum(revenue_net_minor) over (partition by currency) as currency_net_minor,
      -- A visit has no currency: consent and presence are said of the whole instance.
      sum(events) over instance as events,
      sum(events_consented) over instance as events_consented,
      max(if(is_shown, currency, '')) over instance as any_currency,
      if(max(before_previous) over instance and max(in_previous) over instance, net_previous_minor, null) as revenue_net_previous_minor,
      if(max(before_last_year) over instance and max(in_last_year) over instance, net_last_year_minor, null) as revenue_net_last_year_minor
    from totals
    window instance as (partition by channel, channel_instance)
  )

select
  channel,
  channel_instance,
  currency,
  orders,
  units,
  revenue_gross_minor,
  cancelled_minor,
  refunded_minor,
  revenue_net_minor,
  if(currency_net_minor > 0, round(revenue_net_minor / currency_net_minor, 4), null) as revenue_net_share,
  revenue_net_previous_minor,
  if(revenue_net_previous_minor > 0, round(revenue_net_minor / revenue_net_previous_minor - 1, 4), null) as revenue_net_change,
  revenue_net_last_year_minor,
  if(revenue_net_last_year_minor > 0, round(revenue_net_minor / revenue_net_last_year_minor - 1, 4), null) as revenue_net_change_last_year,
  -- Decimal, so that half a cent rounds up as merchants round.
  if(orders > 0, toInt64(round(toDecimal128(revenue_gross_minor, 1) / orders)), null) as average_order_value_minor,
  if(revenue_gross_minor > 0, round(refunded_minor / revenue_gross_minor, 4), null) as return_rate,
  fees_minor,
  ad_spend_minor,
  if(events > 0, round(events_consented / events, 4), null) as consent_share
from compared
where is_shown
  and (currency != '' or any_currency = '')
order by currency, revenue_net_minor desc, channel, channel_instance
settings output_format_json_quote_64bit_integers = 1
