-- Books the events that retention is about to delete, so that the audit does not miss them. Parameters: books, behaviour, book_types.
insert into fates (hour, channel, event_id, version, stage, outcome, reason)
settings async_insert = 0, max_partitions_per_insert_block = 0
select toStartOfHour(received_at), channel, event_id, version, 'warehouse', 'deleted', 'retention'
from events
where not is_deleted
  and (day < {books:Date} or day < {behaviour:Date} and type not in {book_types:Array(String)})
