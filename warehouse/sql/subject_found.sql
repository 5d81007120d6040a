-- Which stored rows do a person's keys name, and the orders and sessions that are known to be the person's? Grain: row.
-- Parameters: pseudonyms, order_keys, linked_orders, linked_sessions. One column after the other, as each has its own index.
-- Links can be very many: as a subquery they are made a set once. By a link no row is reached that carries somebody else's pseudonym.
select event_id, day, channel, type, order_key, session_key from events where subject_web in {pseudonyms:Array(String)}
union all
select event_id, day, channel, type, order_key, session_key from events where subject_ads in {pseudonyms:Array(String)}
union all
select event_id, day, channel, type, order_key, session_key from events where subject_profile in {pseudonyms:Array(String)}
union all
select event_id, day, channel, type, order_key, session_key from events where order_key in {order_keys:Array(String)}
union all
select event_id, day, channel, type, order_key, session_key
from events
where order_key in (select arrayJoin({linked_orders:Array(String)}))
  and subject_web in arrayPushBack({pseudonyms:Array(String)}, '')
  and subject_ads in arrayPushBack({pseudonyms:Array(String)}, '')
  and subject_profile in arrayPushBack({pseudonyms:Array(String)}, '')
union all
select event_id, day, channel, type, order_key, session_key
from events
where session_key in (select arrayJoin({linked_sessions:Array(String)}))
  and subject_web = ''
  and subject_ads = ''
  and subject_profile = ''
