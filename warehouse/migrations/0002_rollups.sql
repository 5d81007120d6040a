-- Sums per day. Never incremented, always derived: stale days are recomputed from `events final` beside the other days of their week, and
-- the week is swapped.
create table if not exists rollup_channel_day
(
  day Date,
  channel LowCardinality(String),
  channel_instance LowCardinality(String),
  country LowCardinality(String),
  currency LowCardinality(String),

  orders UInt64,
  cancellations UInt64,
  refunds UInt64,
  units Int64,
  units_cancelled Int64,
  units_refunded Int64,
  units_returned Int64,
  -- All without tax. Net revenue = gross - cancelled - refunded.
  revenue_gross_minor Int64,
  cancelled_minor Int64,
  refunded_minor Int64,
  tax_minor Int64,
  fees_minor Int64,
  ad_spend_minor Int64,

  events UInt64,
  -- Events that carry a consented web analytics pseudonym: the consent share is this over `events`.
  events_consented UInt64
)
engine = MergeTree
-- A week is what is swapped: little to copy for one stale day, few parts to open for a year.
partition by toMonday(day)
order by (day, channel, channel_instance, country, currency)
-- A day's mark is taken away after the swap: the swap must survive a power cut too.
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists rollup_product_day
(
  day Date,
  channel LowCardinality(String),
  channel_instance LowCardinality(String),
  country LowCardinality(String),
  currency LowCardinality(String),
  -- '' holds what belongs to the order and not to a product (shipping), so that products add up to the channel.
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
partition by toMonday(day)
order by (day, channel, channel_instance, country, currency, sku)
settings fsync_after_insert = 1, fsync_part_directory = 1;

-- Days whose rollup is older than their events. The sink adds a mark (+1) after it inserted events; whoever recomputed the day takes
-- exactly the marks away (-1) that it saw before it read the events. No clock is involved, so a clock that jumps loses no day.
create table if not exists stale_days
(
  day Date,
  mark UUID,
  pending Int8
)
engine = SummingMergeTree
-- The whole key: a mark and its removal meet and vanish.
order by (day, mark)
settings fsync_after_insert = 1, fsync_part_directory = 1;
