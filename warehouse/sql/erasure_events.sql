-- Deletes and masks the listed events. The text stays on disk beside the parts, so it names no person and no event. Parameters: days.
alter table events
  delete where day in {days:Array(Date)} and event_id in (select event_id from erased_events where action = 'delete'),
  update
    :masking
  where day in {days:Array(Date)}
    and event_id in (select event_id from erased_events where action = 'mask')
    and not is_deleted
    -- Done again, it finds nothing to rewrite.
    and (:unmasked)
settings mutations_sync = 0
