-- A person is found by any of these columns among all events. Without the indexes each search reads the columns whole: 6 s instead of 0.3 s
-- among 20 M events, for 2 bytes per event.
alter table events add index if not exists subject_web_index subject_web type bloom_filter(0.001);

alter table events add index if not exists subject_ads_index subject_ads type bloom_filter(0.001);

alter table events add index if not exists subject_profile_index subject_profile type bloom_filter(0.001);

alter table events add index if not exists session_key_index session_key type bloom_filter(0.001);

alter table events add index if not exists order_key_index order_key type bloom_filter(0.001);

-- For the events that are stored already: in the background, a search reads what has no index yet.
alter table events materialize index subject_web_index settings mutations_sync = 0;

alter table events materialize index subject_ads_index settings mutations_sync = 0;

alter table events materialize index subject_profile_index settings mutations_sync = 0;

alter table events materialize index session_key_index settings mutations_sync = 0;

alter table events materialize index order_key_index settings mutations_sync = 0;

-- Events whose person asked for erasure: written before anything is deleted, so that an erasure that was cut off is completed from here, and
-- asked by the sink, so that a replay of the log brings nothing back. It names no person.
create table if not exists erased_events
(
  event_id UUID,
  -- A correction may have left rows of the event on two days.
  day Date,
  -- mask: an event of the books, which stays without its person.
  action Enum8('delete' = 1, 'mask' = 2),
  erased_at DateTime64(3, 'UTC'),
  -- 1: the rows are gone or masked, down to the bytes.
  done UInt8
)
engine = ReplacingMergeTree(erased_at)
-- Whole months leave once the log that could replay their events has forgotten them.
partition by toYYYYMM(erased_at)
-- The sink asks by id.
order by (event_id, day)
settings fsync_after_insert = 1, fsync_part_directory = 1;
