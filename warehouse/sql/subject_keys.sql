-- Under which keys of the table are these rows of a person stored, and which orders and sessions do they name? Grain: day, channel, type.
select
  day,
  channel,
  type,
  groupUniqArray(event_id) as ids,
  groupUniqArrayIf(order_key, order_key != '') as orders,
  groupUniqArrayIf(session_key, session_key != '') as sessions
from (:rows)
group by day, channel, type
settings log_queries = 0
