-- Which parts could not be read when their table was loaded, and lie beside it? Grain: table.
select table, count() as parts
from system.detached_parts
where database = currentDatabase()
  and startsWith(ifNull(reason, ''), 'broken')
group by table
order by table
