-- Removes the rows of restated events that a newer version under another key replaces, in one month: other months' parts stay untouched.
-- Parameters: month (yyyyMM), days (of the rows), ids, versions (the newest, by id).
delete from events
in partition {month:UInt32}
where day in {days:Array(Date)}
  and event_id in {ids:Array(UUID)}
  and version < arrayElement({versions:Array(UInt64)}, indexOf({ids:Array(UUID)}, event_id))
