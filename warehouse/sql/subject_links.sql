-- Which orders and sessions do the rows name that are known to be a person's? Parameters: those of subject_found.
select groupUniqArrayIf(order_key, order_key != '') as orders, groupUniqArrayIf(session_key, session_key != '') as sessions
from (:found)
settings log_queries = 0
