-- Marks all days of which there are events or sums.
insert into stale_days (day, mark, pending)
settings async_insert = 0, max_partitions_per_insert_block = 0
select day, generateUUIDv4(), 1
from (select day from events union distinct select day from rollup_channel_day union distinct select day from rollup_product_day)
