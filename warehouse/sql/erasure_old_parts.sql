-- Which parts on disk are older than the last erasure, and only wait for their removal? Grain: part.
select name
from system.parts
where database = currentDatabase()
  and table = 'events'
  and not active
  and data_version <
  (
    select max(arrayMax(block_numbers.number))
    from system.mutations
    where database = currentDatabase()
      and table = 'events'
      and command like '%erased_events%'
  )
