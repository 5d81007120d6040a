-- Where does `rollup_product_day` differ from its events? Follows `with base as (rollup_product_day.sql)`.
-- Grain: day, channel, column. Parameters: days.
select day, channel, column, sum(expected_value) as expected, sum(found_value) as found
from
(
  select
    toString(day) as day,
    channel,
    measure.1 as column,
    sumIf(measure.2, is_base) as expected_value,
    sumIf(measure.2, not is_base) as found_value
  from
  (
    select *, true as is_base from base
    union all
    select *, false as is_base from rollup_product_day where day in {days:Array(Date)}
  )
  array join
  [
    ('units', units),
    ('units_cancelled', units_cancelled),
    ('units_refunded', units_refunded),
    ('revenue_gross_minor', revenue_gross_minor),
    ('cancelled_minor', cancelled_minor),
    ('refunded_minor', refunded_minor),
    ('rows', 1)
  ] as measure
  -- Name and category are compared as part of the key: one that differs is a row missing here and a row too many there.
  group by day, channel, channel_instance, country, currency, sku, name, category, column
  having expected_value != found_value
)
group by day, channel, column
order by day, channel, column
