-- Which days wait for a recomputation, and by which marks? Grain: day.
select day, groupArray(mark) as marks
from
(
  select day, mark
  from stale_days
  group by day, mark
  having sum(pending) > 0
)
group by day
order by day
