-- Which events are stored under more than one key, and so count twice? Grain: day, channel. Parameters: chunk, chunks.
select toString(first_day) as day, first_channel as channel, count() as duplicated
from
(
  select min(key_day) as first_day, min(key_channel) as first_channel
  from
  (
    select event_id, day as key_day, toString(channel) as key_channel
    from events
    where event_id in
    (
      select event_id
      from events
      where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
      group by event_id
      having min(cityHash64(day, channel, type)) != max(cityHash64(day, channel, type))
    )
    group by event_id, day, channel, type
    having argMax(is_deleted, version) = 0
  )
  group by event_id
  having count() > 1
)
group by first_day, first_channel
order by first_day, first_channel
