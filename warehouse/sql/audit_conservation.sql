-- Does every accepted event have an end? Grain: hour of receipt, channel. Parameters: chunk, chunks.
-- accepted = stored (in this or a newer version) + deleted (retention, erasure) + dropped + rejected + lost; the first that holds counts.
select
  toString(hour) as received_hour,
  event_channel as channel,
  count() as accepted,
  countIf(is_stored) as stored,
  countIf(not is_stored and is_deleted) as deleted,
  countIf(not is_stored and not is_deleted and is_dropped) as dropped,
  countIf(not is_stored and not is_deleted and not is_dropped and is_rejected) as rejected,
  countIf(not is_stored and not is_deleted and not is_dropped and not is_rejected) as lost
from
(
  select
    hour,
    event_channel,
    is_dropped,
    is_rejected,
    stored.newest >= version as is_stored,
    deleted.newest >= version as is_deleted
  from
  (
    select
      event_id,
      version,
      min(fates.hour) as hour,
      argMin(channel, fates.hour) as event_channel,
      max(outcome = 'dropped') as is_dropped,
      max(outcome = 'rejected') as is_rejected
    from fates
    where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
    group by event_id, version
    having max(stage = 'consent')
  ) as accepted
  left join
  (
    select event_id, max(version) as newest
    from events
    where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
    group by event_id
  ) as stored using (event_id)
  left join
  (
    select event_id, max(version) as newest
    from fates
    where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
      and stage = 'warehouse'
      and outcome = 'deleted'
    group by event_id
  ) as deleted using (event_id)
)
group by hour, event_channel
order by hour, event_channel
