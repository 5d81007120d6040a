-- What is stored of these events? Grain: event. Parameters: those of events_by_key.
select * except (insert_id, is_deleted)
from :events
order by time, event_id
settings log_queries = 0
