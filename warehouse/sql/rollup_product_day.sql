-- What did each product sell and lose again? Grain: day, channel, instance, country, currency, sku. Parameters: days.
-- Columns in the order of the table `rollup_product_day`. Lines add up to the event's amount, so products add up to the channel.
select
  day,
  channel,
  channel_instance,
  country,
  currency,
  sku,
  -- The newest that is not empty; the rest of the tuple makes the choice the same on every engine.
  argMaxIf(item_name, (time, event_id, item_name), item_name != '') as name,
  argMaxIf(item_category, (time, event_id, item_category), item_category != '') as category,
  sumIf(item_units, type = 'order_placed') as units,
  sumIf(item_units, type = 'order_cancelled') as units_cancelled,
  sumIf(item_units, type = 'refund_issued') as units_refunded,
  sumIf(item_net_minor, type = 'order_placed') as revenue_gross_minor,
  sumIf(item_net_minor, type = 'order_cancelled') as cancelled_minor,
  sumIf(item_net_minor, type = 'refund_issued') as refunded_minor
from events final
array join item_sku as sku, item_name, item_category, item_units, item_net_minor
where day in {days:Array(Date)}
  and type in ('order_placed', 'order_cancelled', 'refund_issued')
group by day, channel, channel_instance, country, currency, sku
