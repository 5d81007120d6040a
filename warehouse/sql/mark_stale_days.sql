-- Marks the days whose events changed outside the sink. Parameters: days.
insert into stale_days (day, mark, pending)
settings async_insert = 0
select arrayJoin({days:Array(Date)}) as day, generateUUIDv4(), 1
