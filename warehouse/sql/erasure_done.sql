-- Notes that all that is listed is erased. Parameters: at.
insert into erased_events (event_id, day, action, erased_at, done)
settings async_insert = 0
select event_id, day, action, greatest(erased_at, {at:DateTime64(3)}), 1
from erased_events final
where not done
