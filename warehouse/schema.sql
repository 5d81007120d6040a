CREATE TABLE erased_events
(
    `event_id` UUID,
    `day` Date,
    `action` Enum8('delete' = 1, 'mask' = 2),
    `erased_at` DateTime64(3, 'UTC'),
    `done` UInt8
)
ENGINE = ReplacingMergeTree(erased_at)
PARTITION BY toYYYYMM(erased_at)
ORDER BY (event_id, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE events
(
    `event_id` UUID,
    `version` UInt64,
    `type` LowCardinality(String),
    `day` Date,
    `time` DateTime('UTC'),
    `received_at` DateTime64(3, 'UTC'),
    `channel` LowCardinality(String),
    `channel_instance` LowCardinality(String),
    `subject_web` String,
    `subject_ads` String,
    `subject_profile` String,
    `session_key` String,
    `order_key` String,
    `granted` Array(LowCardinality(String)),
    `country` LowCardinality(String),
    `device_class` LowCardinality(String),
    `channel_group` LowCardinality(String),
    `utm_source` LowCardinality(String),
    `utm_medium` LowCardinality(String),
    `utm_campaign` String,
    `referrer_host` String,
    `url_path` String,
    `currency` LowCardinality(String),
    `amount_minor` Int64,
    `tax_minor` Int64,
    `shipping_minor` Int64,
    `discount_minor` Int64,
    `original_currency` LowCardinality(String),
    `original_amount_minor` Int64,
    `exchange_rate` Float64,
    `item_sku` Array(String),
    `item_name` Array(String),
    `item_category` Array(LowCardinality(String)),
    `item_units` Array(Int64),
    `item_net_minor` Array(Int64),
    `metrics` Map(LowCardinality(String), Int64),
    `insert_id` UUID,
    `is_deleted` UInt8,
    INDEX event_id_index event_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX subject_web_index subject_web TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX subject_ads_index subject_ads TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX subject_profile_index subject_profile TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX session_key_index session_key TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX order_key_index order_key TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(day)
ORDER BY (day, channel, type, event_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 120, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 1, index_granularity = 8192;

CREATE TABLE fates
(
    `hour` DateTime('UTC'),
    `channel` LowCardinality(String),
    `event_id` UUID,
    `version` UInt64,
    `stage` LowCardinality(String),
    `outcome` LowCardinality(String),
    `reason` LowCardinality(String)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, channel, event_id, version, stage)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE migrations
(
    `name` String,
    `checksum` String
)
ENGINE = ReplacingMergeTree
ORDER BY name
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE restated_events
(
    `event_id` UUID,
    `day` Date
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY event_id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE rollup_channel_day
(
    `day` Date,
    `channel` LowCardinality(String),
    `channel_instance` LowCardinality(String),
    `country` LowCardinality(String),
    `currency` LowCardinality(String),
    `orders` UInt64,
    `cancellations` UInt64,
    `refunds` UInt64,
    `units` Int64,
    `units_cancelled` Int64,
    `units_refunded` Int64,
    `units_returned` Int64,
    `revenue_gross_minor` Int64,
    `cancelled_minor` Int64,
    `refunded_minor` Int64,
    `tax_minor` Int64,
    `fees_minor` Int64,
    `ad_spend_minor` Int64,
    `events` UInt64,
    `events_consented` UInt64,
    `reach` Int64,
    `clicks` Int64
)
ENGINE = MergeTree
PARTITION BY toMonday(day)
ORDER BY (day, channel, channel_instance, country, currency)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE rollup_product_day
(
    `day` Date,
    `channel` LowCardinality(String),
    `channel_instance` LowCardinality(String),
    `country` LowCardinality(String),
    `currency` LowCardinality(String),
    `sku` String,
    `name` String,
    `category` LowCardinality(String),
    `units` Int64,
    `units_cancelled` Int64,
    `units_refunded` Int64,
    `revenue_gross_minor` Int64,
    `cancelled_minor` Int64,
    `refunded_minor` Int64
)
ENGINE = MergeTree
PARTITION BY toMonday(day)
ORDER BY (day, channel, channel_instance, country, currency, sku)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE rollup_product_month
(
    `month` Date,
    `channel` LowCardinality(String),
    `channel_instance` LowCardinality(String),
    `country` LowCardinality(String),
    `currency` LowCardinality(String),
    `sku` String,
    `name` String,
    `category` LowCardinality(String),
    `last_day` Date,
    `units` Int64,
    `units_cancelled` Int64,
    `units_refunded` Int64,
    `revenue_gross_minor` Int64,
    `cancelled_minor` Int64,
    `refunded_minor` Int64
)
ENGINE = MergeTree
PARTITION BY month
ORDER BY (month, channel, channel_instance, country, currency, sku, name, category)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE rollup_sku_day
(
    `day` Date,
    `currency` LowCardinality(String),
    `sku` String,
    `name` String,
    `category` LowCardinality(String),
    `units` Int64,
    `units_cancelled` Int64,
    `units_refunded` Int64,
    `revenue_gross_minor` Int64,
    `cancelled_minor` Int64,
    `refunded_minor` Int64
)
ENGINE = MergeTree
PARTITION BY toStartOfMonth(day)
ORDER BY (sku, day, currency, name, category)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 1024;

CREATE TABLE rollup_sku_week
(
    `week` Date,
    `currency` LowCardinality(String),
    `sku` String,
    `name` String,
    `category` LowCardinality(String),
    `last_day` Date,
    `units` Int64,
    `units_cancelled` Int64,
    `units_refunded` Int64,
    `revenue_gross_minor` Int64,
    `cancelled_minor` Int64,
    `refunded_minor` Int64
)
ENGINE = MergeTree
PARTITION BY toStartOfMonth(week)
ORDER BY (week, currency, sku, name, category)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE stale_days
(
    `day` Date,
    `mark` UUID,
    `pending` Int8
)
ENGINE = SummingMergeTree
ORDER BY (day, mark)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE stale_months
(
    `month` Date,
    `mark` UUID,
    `pending` Int8
)
ENGINE = SummingMergeTree
ORDER BY (month, mark)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

