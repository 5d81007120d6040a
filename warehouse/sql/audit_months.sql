-- Which days do the events and their rollups cover? Days that wait for a recomputation are left out. Grain: month.
select groupUniqArray(day) as days
from
(
  select distinct day from events
  union all
  select distinct day from rollup_channel_day
  union all
  select distinct day from rollup_product_day
)
where day not in
(
  select day
  from
  (
    select day, mark
    from stale_days
    group by day, mark
    having sum(pending) > 0
  )
)
group by toYYYYMM(day)
order by toYYYYMM(day)
