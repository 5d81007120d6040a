-- What did each product sell and lose again in a week, one that ends where a month does, in all channels and countries?
-- Grain: week, currency, sku, name, category.
-- Parameters: months (their first days). Columns in the order of the table `rollup_sku_week`.
select
  greatest(toMonday(day), toStartOfMonth(day)) as week,
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
group by week, currency, sku, name, category
