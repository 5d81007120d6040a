-- Which events are stored that no fate accepted? Grain: hour of receipt, channel. Parameters: chunk, chunks.
select
  toString(toStartOfHour(received_at)) as received_hour,
  channel,
  uniqExact(event_id) as unaccepted
from events
where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
  and event_id not in
  (
    select event_id
    from fates
    where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
      and stage = 'consent'
  )
group by received_hour, channel
order by received_hour, channel
