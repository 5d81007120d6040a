-- In how many places can a person, or anybody who was erased, still be read? Parameters: pseudonyms, order_keys.
-- Looks at the columns themselves: no index, and no memory of what an earlier search found.
select
  (
    select count()
    from events
    where subject_web in {pseudonyms:Array(String)}
      or subject_ads in {pseudonyms:Array(String)}
      or subject_profile in {pseudonyms:Array(String)}
      or order_key in {order_keys:Array(String)}
  )
  + (select count() from (:unfinished))
  + (select count() from (:parts)) as remaining
settings log_queries = 0, use_skip_indexes = 0, use_query_condition_cache = 0
