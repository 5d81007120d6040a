-- Marks all days of which there are events.
insert into stale_days (day, mark, pending)
settings async_insert = 0
select day, generateUUIDv4(), 1 from (select distinct day from events)
