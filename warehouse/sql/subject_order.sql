-- Which events of a person are stored, in the order of their times? Grain: event. Parameters: pseudonyms, order_keys.
select event_id, day
from events final
where (event_id, day, channel, type) in (:events)
order by time, event_id
settings log_queries = 0
