-- Books the events that an erasure is about to delete, so that the audit does not miss them. Parameters: days.
insert into fates (hour, channel, event_id, version, stage, outcome, reason)
settings async_insert = 0, max_partitions_per_insert_block = 0
select toStartOfHour(received_at), channel, event_id, version, 'warehouse', 'deleted', 'erasure'
from events
where day in {days:Array(Date)}
  and event_id in (select event_id from erased_events where action = 'delete')
  and not is_deleted
