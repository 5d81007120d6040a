-- What platforms count beside money: how many people a channel reached, and how many followed its links.
alter table rollup_channel_day add column if not exists reach Int64;

alter table rollup_channel_day add column if not exists clicks Int64;

-- The events hold the numbers already: every day is derived once more.
insert into stale_days (day, mark, pending)
settings async_insert = 0
select day, generateUUIDv4(), 1 from (select distinct day from events);
