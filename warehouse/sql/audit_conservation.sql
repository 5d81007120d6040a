-- Does every accepted version of an event have an end, and every stored one a beginning? Grain: hour of receipt, channel.
-- Parameters: chunk, chunks.
-- accepted = stored (in this or a newer version) + deleted (retention, erasure) + dropped + rejected + lost; the first that holds counts.
select
  toString(hour) as received_hour,
  event_channel as channel,
  countIf(is_accepted) as accepted,
  countIf(is_accepted and is_stored) as stored,
  countIf(is_accepted and not is_stored and is_deleted) as deleted,
  countIf(is_accepted and not is_stored and not is_deleted and is_dropped) as dropped,
  countIf(is_accepted and not is_stored and not is_deleted and not is_dropped and is_rejected) as rejected,
  countIf(is_accepted and not is_stored and not is_deleted and not is_dropped and not is_rejected) as lost,
  countIf(is_unaccepted) as unaccepted
from
(
  select
    hour,
    event_channel,
    is_accepted,
    is_row and not is_accepted as is_unaccepted,
    is_row or newer.stored_version >= version as is_stored,
    is_deletion or newer.deleted_version >= version as is_deleted,
    is_dropped,
    is_rejected
  from
  (
    select
      event_id,
      version,
      min(seen.hour) as hour,
      max(seen.channel) as event_channel,
      max(stage = 'consent') as is_accepted,
      max(stage = 'events') as is_row,
      max(outcome = 'deleted') as is_deletion,
      max(outcome = 'dropped') as is_dropped,
      max(outcome = 'rejected') as is_rejected
    from
    (
      select event_id, version, hour, toString(channel) as channel, toString(stage) as stage, toString(outcome) as outcome
      from fates
      where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
      union all
      select event_id, version, toStartOfHour(toDateTime(received_at, 'UTC')), toString(channel), 'events', 'stored'
      from events
      where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
        and not is_deleted
    ) as seen
    group by event_id, version
  ) as ends
  left join
  (
    -- Only a version above the first can be newer than another.
    select event_id, max(version_stored) as stored_version, max(version_deleted) as deleted_version
    from
    (
      select event_id, version as version_stored, 0 as version_deleted
      from events
      where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
        and version > 1
        and not is_deleted
      union all
      select event_id, 0, version
      from fates
      where cityHash64(event_id) % {chunks:UInt32} = {chunk:UInt32}
        and version > 1
        and outcome = 'deleted'
    )
    group by event_id
  ) as newer using (event_id)
)
group by hour, event_channel
order by hour, event_channel
