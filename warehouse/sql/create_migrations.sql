-- Which migrations were applied, and what they said.
create table if not exists migrations
(
  name String,
  checksum String
)
engine = ReplacingMergeTree
order by name
settings fsync_after_insert = 1, fsync_part_directory = 1
