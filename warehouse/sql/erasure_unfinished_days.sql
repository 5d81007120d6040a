-- On which days is an erasure not complete? By the list, and by what is stored: rows that came back meanwhile. Grain: day.
select day from erased_events final where not done
union distinct
select day from (:unfinished)
order by day
