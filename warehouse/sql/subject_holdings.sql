-- How many events of a person are stored, in their newest versions? Grain: books or behaviour. Parameters: book_types, pseudonyms, order_keys.
select if(type in {book_types:Array(String)}, 'books', 'behaviour') as what, count() as rows
from events final
where (event_id, day, channel, type) in (:events)
group by what
order by what
settings log_queries = 0
