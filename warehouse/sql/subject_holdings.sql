-- How many of these events are stored? Grain: books or behaviour. Parameters: book_types, those of events_by_key.
select if(type in {book_types:Array(String)}, 'books', 'behaviour') as what, count() as rows
from :events
group by what
settings log_queries = 0
