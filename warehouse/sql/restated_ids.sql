-- Which of these events were stored in a version above the first? Grain: event. Parameters: ids.
select distinct event_id
from restated_events
where event_id in {ids:Array(UUID)}
