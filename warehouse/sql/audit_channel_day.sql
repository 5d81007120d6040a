-- Where does `rollup_channel_day` differ from its events? Follows `with base as (rollup_channel_day.sql)`.
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
    select *, false as is_base from rollup_channel_day where day in {days:Array(Date)}
  )
  array join
  [
    ('orders', toInt64(orders)),
    ('cancellations', toInt64(cancellations)),
    ('refunds', toInt64(refunds)),
    ('units', units),
    ('units_cancelled', units_cancelled),
    ('units_refunded', units_refunded),
    ('units_returned', units_returned),
    ('revenue_gross_minor', revenue_gross_minor),
    ('cancelled_minor', cancelled_minor),
    ('refunded_minor', refunded_minor),
    ('tax_minor', tax_minor),
    ('fees_minor', fees_minor),
    ('ad_spend_minor', ad_spend_minor),
    ('events', toInt64(events)),
    ('events_consented', toInt64(events_consented)),
    ('reach', reach),
    ('clicks', clicks),
    ('rows', 1)
  ] as measure
  group by day, channel, channel_instance, country, currency, column
  having expected_value != found_value
)
group by day, channel, column
order by day, channel, column
