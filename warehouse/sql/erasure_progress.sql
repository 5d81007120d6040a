-- Are mutations of erasures under way, and did one fail since? Parameters: since.
select
  countIf(not is_done) as running,
  anyIf(latest_fail_reason, not is_done and latest_fail_reason != '' and latest_fail_time >= {since:DateTime}) as failure
from system.mutations
where database = currentDatabase()
  and table = 'events'
  and command like '%erased_events%'
