-- What is stored of these events? Grain: event. Parameters: ids, days.
select * except (insert_id, is_deleted)
from events final
where day in {days:Array(Date)}
  and event_id in {ids:Array(UUID)}
order by time, event_id
settings log_queries = 0
