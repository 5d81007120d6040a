-- Which days hold events, or fields of events, that are kept for too long?
-- Parameters: books and behaviour (the first day that is kept), book_types.
select distinct day
from events
where day < {books:Date}
  or day < {behaviour:Date}
    and (
      type not in {book_types:Array(String)}
      or subject_web != ''
      or subject_ads != ''
      or subject_profile != ''
      or session_key != ''
      or order_key != ''
      or notEmpty(granted)
      or device_class != ''
      or channel_group != ''
      or utm_source != ''
      or utm_medium != ''
      or utm_campaign != ''
      or referrer_host != ''
      or url_path != ''
    )
order by day
