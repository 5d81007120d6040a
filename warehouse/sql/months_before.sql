-- Which months of a table lie wholly before a month? Parameters: table, month (yyyyMM).
select distinct toUInt32(partition_id) as month
from system.parts
where database = currentDatabase()
  and table = {table:String}
  and active
  and month < {month:UInt32}
order by month
