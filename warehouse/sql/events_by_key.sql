-- The events stored under these keys of the table, in their newest versions. Before the rows are merged, as all versions of a key have that key.
-- Grain: event. Parameters: days, channels, types, ids, each with one value per key.
events final
prewhere (day, channel, type, event_id) in (
  select key.1, key.2, key.3, key.4
  from (select arrayJoin(arrayZip({days:Array(Date)}, {channels:Array(String)}, {types:Array(String)}, {ids:Array(UUID)})) as key)
)
