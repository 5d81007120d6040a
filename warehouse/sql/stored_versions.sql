-- Under which keys and versions are these events stored, whatever their day? Version 0: under this key nothing but a tombstone is left.
-- Grain: event, key. Parameters: ids.
select event_id, day, channel, type, maxIf(version, not is_deleted) as version
from events
where event_id in {ids:Array(UUID)}
group by event_id, day, channel, type
