-- Which stored rows are a person's? Grain: event, key of the table; all versions. Parameters: those of subject_found.
with found as (:found)
select event_id, day, channel, type from found
union distinct
-- Further versions and tombstones: a correction may have moved the event to another key, and may say less of the person.
select event_id, day, channel, type
from events
where event_id in (select event_id from restated_events where event_id in (select event_id from found))
