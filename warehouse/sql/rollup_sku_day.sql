-- What did each product sell and lose again on a day, in all channels and countries?
-- Grain: day, currency, sku, name, category.
-- Parameters: months (their first days). Columns in the order of the table `rollup_sku_day`.
select
  day,
  currency,
  sku,
  name,
  category,
  sum(units) as units,
  sum(units_cancelled) as units_cancelled,
  sum(units_refunded) as units_refunded,
  sum(revenue_gross_minor) as revenue_gross_minor,
  sum(cancelled_minor) as cancelled_minor,
  sum(refunded_minor) as refunded_minor
from rollup_product_day
where toStartOfMonth(day) in {months:Array(Date)}
group by day, currency, sku, name, category
