-- Which days do the events and their rollups cover? Days that wait for a recomputation are left out. Grain: month.
-- `settled`: neither a day of the month nor what is derived of it waits.
with
  waiting as
  (
    select day
    from
    (
      select day, mark
      from stale_days
      group by day, mark
      having sum(pending) > 0
    )
  ),

  covered as
  (
    select distinct day from events
    union distinct
    select distinct day from rollup_channel_day
    union distinct
    select distinct day from rollup_product_day
    union distinct
    select distinct day from rollup_sku_day
    union distinct
    select distinct week from rollup_sku_week
    union distinct
    select distinct month from rollup_product_month
  )

select
  toStartOfMonth(day) as month,
  groupUniqArrayIf(day, day not in (select day from waiting)) as days,
  length(days) = uniqExact(day) and month not in
  (
    select month
    from
    (
      select month, mark
      from stale_months
      group by month, mark
      having sum(pending) > 0
    )
  ) as settled
from covered
group by month
having notEmpty(days)
order by month
