-- Which days hold events, or fields of events, that are kept for too long?
-- Parameters: books and behaviour (the first day that is kept), book_types.
select distinct day
from events
where day < {books:Date}
  or day < {behaviour:Date}
    and (
      type not in {book_types:Array(String)}
      or :filled
    )
order by day
