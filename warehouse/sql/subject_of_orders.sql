-- Which stored rows are of these orders of a person, and carry nobody else's pseudonym? Grain: row. Parameters: pseudonyms, orders.
-- Orders can be many: as a subquery they are made a set once.
select event_id, day, channel, type, order_key, session_key
from events
where order_key in (select arrayJoin({orders:Array(String)}))
  and subject_web in arrayPushBack({pseudonyms:Array(String)}, '')
  and subject_ads in arrayPushBack({pseudonyms:Array(String)}, '')
  and subject_profile in arrayPushBack({pseudonyms:Array(String)}, '')
