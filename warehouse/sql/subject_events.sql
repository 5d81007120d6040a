-- Which stored rows are a person's? Grain: event, key of the table; all versions. Parameters: pseudonyms, order_keys.
-- Named by a pseudonym or by an order key of the person; then, twice, what shares an order or a session with those: an order that was
-- placed in a session without a pseudonym leads to its refund. By a shared key no row is reached that carries somebody else's pseudonym.
-- One column after the other, as each has its own index.
with
  direct as
  (
    select event_id, day, channel, type, order_key, session_key from events where subject_web in {pseudonyms:Array(String)}
    union all
    select event_id, day, channel, type, order_key, session_key from events where subject_ads in {pseudonyms:Array(String)}
    union all
    select event_id, day, channel, type, order_key, session_key from events where subject_profile in {pseudonyms:Array(String)}
    union all
    select event_id, day, channel, type, order_key, session_key from events where order_key in {order_keys:Array(String)}
  ),
  -- Read once, as constants: indexes can be searched for them.
  (
    select (groupUniqArrayIf(order_key, order_key != ''), groupUniqArrayIf(session_key, session_key != '')) from direct
  ) as direct_keys,
  linked as
  (
    select event_id, day, channel, type, order_key, session_key
    from events
    where order_key in direct_keys.1
      and subject_web in arrayPushBack({pseudonyms:Array(String)}, '')
      and subject_ads in arrayPushBack({pseudonyms:Array(String)}, '')
      and subject_profile in arrayPushBack({pseudonyms:Array(String)}, '')
    union all
    select event_id, day, channel, type, order_key, session_key
    from events
    where session_key in direct_keys.2
      and subject_web = ''
      and subject_ads = ''
      and subject_profile = ''
  ),
  (
    select (groupUniqArrayIf(order_key, order_key != ''), groupUniqArrayIf(session_key, session_key != '')) from linked
  ) as linked_keys,
  found as
  (
    select event_id, day, channel, type from direct
    union all
    select event_id, day, channel, type from linked
    union all
    select event_id, day, channel, type
    from events
    where order_key in linked_keys.1
      and subject_web in arrayPushBack({pseudonyms:Array(String)}, '')
      and subject_ads in arrayPushBack({pseudonyms:Array(String)}, '')
      and subject_profile in arrayPushBack({pseudonyms:Array(String)}, '')
    union all
    select event_id, day, channel, type
    from events
    where session_key in linked_keys.2
      and subject_web = ''
      and subject_ads = ''
      and subject_profile = ''
  )
select event_id, day, channel, type from found
union distinct
-- Further versions and tombstones: a correction may have moved the event to another key, and may say less of the person.
select event_id, day, channel, type
from events
where event_id in (select event_id from restated_events where event_id in (select event_id from found))
