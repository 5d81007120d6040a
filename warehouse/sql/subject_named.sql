-- Which stored rows do a person's keys name? Grain: row. Parameters: pseudonyms, order_keys.
-- One column after the other, as each has its own index.
select event_id, day, channel, type, order_key, session_key from events where subject_web in {pseudonyms:Array(String)}
union all
select event_id, day, channel, type, order_key, session_key from events where subject_ads in {pseudonyms:Array(String)}
union all
select event_id, day, channel, type, order_key, session_key from events where subject_profile in {pseudonyms:Array(String)}
union all
select event_id, day, channel, type, order_key, session_key from events where order_key in {order_keys:Array(String)}
