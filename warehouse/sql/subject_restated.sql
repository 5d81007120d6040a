-- Which stored rows are further versions and tombstones of these events? A correction may have moved the event to another key, and may say
-- less of the person. Grain: row. Parameters: ids.
select event_id, day, channel, type, order_key, session_key
from events
where event_id in (select event_id from restated_events where event_id in {ids:Array(UUID)})
