-- Deletes events that are kept for too long, and blanks in the books what belongs to behaviour. Bytes leave the disk when the old parts do.
-- Parameters: books, behaviour, book_types.
alter table events
  delete where day < {books:Date} or day < {behaviour:Date} and type not in {book_types:Array(String)},
  update
    :emptying
  where day < {behaviour:Date}
settings mutations_sync = 2
