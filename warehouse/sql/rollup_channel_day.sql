-- What did each channel sell, take back and cost? Grain: day, channel, instance, country, currency. Parameters: days.
-- Columns in the order of the table `rollup_channel_day`.
select
  day,
  channel,
  channel_instance,
  country,
  currency,
  countIf(type = 'order_placed') as orders,
  countIf(type = 'order_cancelled') as cancellations,
  countIf(type = 'refund_issued') as refunds,
  sumIf(arraySum(item_units), type = 'order_placed') as units,
  sumIf(arraySum(item_units), type = 'order_cancelled') as units_cancelled,
  sumIf(arraySum(item_units), type = 'refund_issued') as units_refunded,
  sumIf(arraySum(item_units), type = 'return_received') as units_returned,
  sumIf(amount_minor, type = 'order_placed') as revenue_gross_minor,
  sumIf(amount_minor, type = 'order_cancelled') as cancelled_minor,
  sumIf(amount_minor, type = 'refund_issued') as refunded_minor,
  sumIf(events.tax_minor, type = 'order_placed') as tax_minor,
  sumIf(amount_minor, type = 'marketplace_fee_charged') as fees_minor,
  sumIf(amount_minor, type = 'ad_spend_recorded') as ad_spend_minor,
  count() as events,
  countIf(subject_web != '') as events_consented,
  sumIf(metrics['reach'], type = 'social_metrics_recorded') as reach,
  sumIf(metrics['clicks'], type in ('social_metrics_recorded', 'ad_spend_recorded')) as clicks
from events final
where day in {days:Array(Date)}
group by day, channel, channel_instance, country, currency
