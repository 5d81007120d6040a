-- What became of the events that came in during a period?
--
-- Grain:       outcome (accepted, and of these: dropped, rejected), reason ('' for accepted).
-- Parameters:  from, to: the first and the last day, both included. Days are those of UTC, and of when events came in, not of when they happened.
with
  seen as
  (
    select
      stage,
      outcome as fate,
      reason as cause
    from fates final
    where hour >= toDateTime({from:Date}, 'UTC')
      and hour < toDateTime({to:Date} + 1, 'UTC')
  ),

  -- Every accepted event meets the consent stage once; at most one stage drops or rejects it.
  counted as
  (
    select 'accepted' as outcome, '' as reason from seen where stage = 'consent'
    union all
    select toString(fate), toString(cause) from seen where fate in ('dropped', 'rejected')
  )

select
  outcome,
  reason,
  count() as events
from counted
group by outcome, reason
order by outcome, reason
settings output_format_json_quote_64bit_integers = 1
