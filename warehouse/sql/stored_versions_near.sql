-- Versions above 0, on some days only: an event that is sent again without a time of its own lands on a neighbouring day at most.
-- Grain: event, key. Parameters: ids, days.
select event_id, day, channel, type, max(version) as version
from events
where day in {days:Array(Date)}
  and event_id in {ids:Array(UUID)}
  and not is_deleted
group by event_id, day, channel, type
