-- Which months wait for what is derived of their days, and by which marks? Grain: month.
select month, groupArray(mark) as marks
from
(
  select month, mark
  from stale_months
  group by month, mark
  having sum(pending) > 0
)
group by month
order by month
