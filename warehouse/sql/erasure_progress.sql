-- Are mutations of erasures under way, and did one fail since? The engine tells whole seconds: a failure within the first may be an older one, and
-- one that is not comes again. Parameters: since.
select
  countIf(not is_done) as running,
  anyIf(latest_fail_reason, not is_done and latest_fail_reason != '' and latest_fail_time > {since:DateTime}) as failure
from system.mutations
where database = currentDatabase()
  and table = 'events'
  and command like '%erased_events%'
