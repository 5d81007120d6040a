-- What did each product sell and lose again in a month, by channel and country?
-- Grain: month, channel, channel_instance, country, currency, sku, name, category.
-- Parameters: months (their first days). Columns in the order of the table `rollup_product_month`.
select
  toStartOfMonth(day) as month,
  channel,
  channel_instance,
  country,
  currency,
  sku,
  name,
  category,
  max(day) as last_day,
  sum(units) as units,
  sum(units_cancelled) as units_cancelled,
  sum(units_refunded) as units_refunded,
  sum(revenue_gross_minor) as revenue_gross_minor,
  sum(cancelled_minor) as cancelled_minor,
  sum(refunded_minor) as refunded_minor
from rollup_product_day
where toStartOfMonth(day) in {months:Array(Date)}
group by month, channel, channel_instance, country, currency, sku, name, category
