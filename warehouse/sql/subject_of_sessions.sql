-- Which stored rows are of these sessions of a person, and carry no pseudonym? Grain: row. Parameters: sessions.
-- Sessions can be many: as a subquery they are made a set once.
select event_id, day, channel, type, order_key, session_key
from events
where session_key in (select arrayJoin({sessions:Array(String)}))
  and subject_web = ''
  and subject_ads = ''
  and subject_profile = ''
