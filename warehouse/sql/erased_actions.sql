-- Which of these events were erased, and how? Grain: event. Parameters: ids.
select event_id, toString(max(action)) as action
from erased_events
where event_id in {ids:Array(UUID)}
group by event_id
