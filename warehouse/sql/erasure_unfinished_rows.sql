-- Which stored rows of listed events are still there, or still say something of a person? Grain: row.
select day
from events
where day in (select day from erased_events)
  and (
    event_id in (select event_id from erased_events where action = 'delete')
    or event_id in (select event_id from erased_events where action = 'mask') and not is_deleted and (:unmasked)
  )
