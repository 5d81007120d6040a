-- What questions about products read in place of `rollup_product_day`, whose rows become more with every event: by sku alone, or by month, they
-- become more with every product only. Never incremented, always derived, from that table and a month at a time.

-- By day, without channel and country.
create table if not exists rollup_sku_day
(
  day Date,
  currency LowCardinality(String),
  -- '' holds what belongs to the order and not to a product (shipping).
  sku String,
  name String,
  category LowCardinality(String),

  units Int64,
  units_cancelled Int64,
  units_refunded Int64,
  revenue_gross_minor Int64,
  cancelled_minor Int64,
  refunded_minor Int64
)
engine = MergeTree
-- A month is what is derived and swapped; a year has few of them to open.
partition by toStartOfMonth(day)
-- The sku first: one product's days are found without those of the others.
order by (sku, day, currency, name, category)
settings fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 1024;

-- By week, without channel and country.
create table if not exists rollup_sku_week
(
  -- The first day. A week ends where a month does, so weeks add up to months, too.
  week Date,
  currency LowCardinality(String),
  sku String,
  name String,
  category LowCardinality(String),
  -- With sales: by it the latest name is known.
  last_day Date,

  units Int64,
  units_cancelled Int64,
  units_refunded Int64,
  revenue_gross_minor Int64,
  cancelled_minor Int64,
  refunded_minor Int64
)
engine = MergeTree
partition by toStartOfMonth(week)
order by (week, currency, sku, name, category)
settings fsync_after_insert = 1, fsync_part_directory = 1;

-- By month, channel and country.
create table if not exists rollup_product_month
(
  -- The first day.
  month Date,
  channel LowCardinality(String),
  channel_instance LowCardinality(String),
  country LowCardinality(String),
  currency LowCardinality(String),
  sku String,
  name String,
  category LowCardinality(String),
  last_day Date,

  units Int64,
  units_cancelled Int64,
  units_refunded Int64,
  revenue_gross_minor Int64,
  cancelled_minor Int64,
  refunded_minor Int64
)
engine = MergeTree
partition by month
order by (month, channel, channel_instance, country, currency, sku, name, category)
settings fsync_after_insert = 1, fsync_part_directory = 1;

-- Months of which these rollups are older than their days: from the first of them on, questions read `rollup_product_day`. Marks as in `stale_days`.
create table if not exists stale_months
(
  month Date,
  mark UUID,
  pending Int8
)
engine = SummingMergeTree
-- The whole key: a mark and its removal meet and vanish.
order by (month, mark)
settings fsync_after_insert = 1, fsync_part_directory = 1;

-- Of the days that are stored already: the next refresh derives their months.
insert into stale_months (month, mark, pending)
settings async_insert = 0
select month, generateUUIDv4(), 1 from (select distinct toStartOfMonth(day) as month from rollup_product_day);
