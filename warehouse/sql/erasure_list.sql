-- Lists the events of a person that are about to be erased. Parameters: book_types, at, pseudonyms, order_keys.
insert into erased_events (event_id, day, action, erased_at, done)
select event_id, arrayJoin(groupUniqArray(day)), if(max(type in {book_types:Array(String)}), 'mask', 'delete'), {at:DateTime64(3)}, 0
from (:events)
group by event_id
settings log_queries = 0, async_insert = 0
