-- Since when and until when are there data?
--
-- Grain:       one row; none without data.
-- Parameters:  none.
select
  min(day) as first_day,
  max(day) as last_day
from rollup_channel_day
having count() > 0
settings output_format_json_quote_64bit_integers = 1
