-- Which events are stored twice by one insert (the sink never does that), or under more than one key (they count twice)?
-- Grain: day, channel. Parameters: chunk, chunks.
select
  toString(first_day) as day,
  first_channel as channel,
  count() as duplicated
from
(
  select
    event_id,
    min(key_day) as first_day,
    argMin(key_channel, key_day) as first_channel,
    max(row_count) as copies,
    min(key) as least_key,
    max(key) as greatest_key
  from
  (
    select
      event_id,
      insert_id,
      cityHash64(day, channel, type) as key,
      any(events.day) as key_day,
      any(events.channel) as key_channel,
      count() as row_count
    from events
    where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
    group by event_id, insert_id, key
  )
  group by event_id
  having copies > 1 or least_key != greatest_key
)
group by first_day, first_channel
order by first_day, first_channel
