-- Where does a rollup that is derived by month (`:table`) differ from its days? Follows `with base as (...)`, what derives it.
-- Grain: day (the first, `:first`, of a week or month), column. Parameters: months.
select first_day as day, column, sum(expected_value) as expected, sum(found_value) as found
from
(
  select
    toString(:first) as first_day,
    measure.1 as column,
    sumIf(measure.2, is_base) as expected_value,
    sumIf(measure.2, not is_base) as found_value
  from
  (
    select *, true as is_base from base
    union all
    select *, false as is_base from :table where toStartOfMonth(:first) in {months:Array(Date)}
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
  -- What differs in the key is a row missing here and a row too many there.
  group by :key, column
  having expected_value != found_value
)
group by day, column
order by day, column
