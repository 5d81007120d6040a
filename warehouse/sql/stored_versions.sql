-- Under which keys and versions are these events stored, whatever their day? Grain: event, key. Parameters: ids.
select event_id, day, channel, type, max(version) as version
from events
where event_id in {ids:Array(UUID)}
  and not is_deleted
group by event_id, day, channel, type
