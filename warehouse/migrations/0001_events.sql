-- One row per event. Replays and corrections arrive as further rows of the same key; reading is FINAL.
create table if not exists events
(
  event_id UUID,
  version UInt64,
  type LowCardinality(String),
  day Date,
  time DateTime('UTC'),
  received_at DateTime64(3, 'UTC'),
  channel LowCardinality(String),
  channel_instance LowCardinality(String),

  subject_web String,
  subject_ads String,
  subject_profile String,
  session_key String,
  order_key String,
  granted Array(LowCardinality(String)),

  country LowCardinality(String),
  device_class LowCardinality(String),
  channel_group LowCardinality(String),
  utm_source LowCardinality(String),
  utm_medium LowCardinality(String),
  utm_campaign String,
  referrer_host String,
  url_path String,

  currency LowCardinality(String),
  amount_minor Int64,
  tax_minor Int64,
  shipping_minor Int64,
  discount_minor Int64,
  original_currency LowCardinality(String),
  original_amount_minor Int64,
  exchange_rate Float64,

  item_sku Array(String),
  item_name Array(String),
  item_category Array(LowCardinality(String)),
  item_units Array(Int64),
  item_net_minor Array(Int64),

  metrics Map(LowCardinality(String), Int64),

  -- Which insert wrote the row: the sink never writes an event twice in one insert, so a pair of equal rows with one insert_id was not its work.
  insert_id UUID,
  -- 1: a tombstone. A correction moved the event to another key; this row, in the correction's version, hides what was stored under this one.
  is_deleted UInt8,

  -- A correction finds the version it replaces by id alone: the day may have changed.
  index event_id_index event_id type bloom_filter(0.001)
)
engine = ReplacingMergeTree(version, is_deleted)
-- A month is what retention drops at once and what erasure rewrites.
partition by toYYYYMM(day)
-- Day first: rollups are recomputed by day. Channel and type next: every report filters by them. The id last: it makes the key unique.
order by (day, channel, type, event_id)
settings
  -- An acknowledged insert survives power loss: 2-5 ms per batch.
  fsync_after_insert = 1, fsync_part_directory = 1,
  -- Erased bytes leave the disk within about a second instead of minutes.
  old_parts_lifetime = 1, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 1;

-- What became of every accepted event, by the hour it was received: the other side of the books that `audit` adds up.
create table if not exists fates
(
  hour DateTime('UTC'),
  channel LowCardinality(String),
  event_id UUID,
  version UInt64,
  stage LowCardinality(String),
  outcome LowCardinality(String),
  reason LowCardinality(String)
)
engine = ReplacingMergeTree
partition by toYYYYMM(hour)
-- The sink's batches are of one hour; the rest makes the key unique, so a replay changes nothing.
order by (hour, channel, event_id, version, stage)
settings fsync_after_insert = 1, fsync_part_directory = 1;

-- Events that came in a version above the first. An earlier version that arrives after a later one (a replay) is recognised here
-- without searching all events.
create table if not exists restated_events
(
  event_id UUID,
  day Date
)
engine = ReplacingMergeTree
-- Leaves with the events of its month.
partition by toYYYYMM(day)
order by event_id
settings fsync_after_insert = 1, fsync_part_directory = 1;
