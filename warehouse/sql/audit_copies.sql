-- Which events are stored twice by one insert? The sink never does that. Grain: day, channel. Parameters: chunk, chunks.
select toString(first_day) as day, first_channel as channel, count() as duplicated
from
(
  select min(events.day) as first_day, min(toString(events.channel)) as first_channel
  from events
  where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
    and not is_deleted
  group by event_id, insert_id
  having count() > 1
)
group by first_day, first_channel
order by first_day, first_channel
