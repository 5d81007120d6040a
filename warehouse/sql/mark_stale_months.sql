-- Marks the months of days that are about to change, unless they bear the mark. Parameters: days, mark.
insert into stale_months (month, mark, pending)
settings async_insert = 0
select month, {mark:UUID}, 1
from
(
  select distinct toStartOfMonth(arrayJoin({days:Array(Date)})) as month
)
where month not in
(
  select month
  from stale_months
  where mark = {mark:UUID}
  group by month
  having sum(pending) > 0
)
