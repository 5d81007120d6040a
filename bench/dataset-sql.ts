/** The rows of the data set, each made from its number `n` alone. Parameters: first, count, events, days, last_day. */

/** Channel, instance and share of the events, in twentieths. Behaviour comes from shop and web; the others deliver orders and totals. */
const instances = [
  ['shop', 'shop:nordlicht', 7],
  ['web', 'web:nordlicht', 6],
  ['marketplace', 'amazon:A1PA6795UKMFR9', 2],
  ['marketplace', 'ebay:nordlicht', 1],
  ['social', 'instagram:nordlicht', 1],
  ['ads', 'google-ads:nordlicht', 1],
  ['pos', 'pos:hamburg', 1],
  ['file', 'file:wholesale', 1],
] as const

const list = (values: readonly string[]) => `[${values.map((value) => `'${value}'`).join(', ')}]`
const perTwentieth = (column: 0 | 1) => list(instances.flatMap((instance) => Array<string>(instance[2]).fill(instance[column])))

const hash = (salt: number) => `cityHash64(n, ${salt})`
const hex = (...values: string[]) => `lower(hex(sipHash128(${values.join(', ')})))`

/** What `events` and `fates` share. */
const identity = `
  {first:UInt64} + number as n,
  -- Evenly over the days, in their order: one insert touches one or two months.
  {last_day:Date} - ({days:UInt32} - 1) + intDiv(n * {days:UInt32}, {events:UInt64}) as event_day,
  toDateTime(event_day, 'UTC') + ${hash(1)} % 1320 * 60 as happened_at,
  reinterpretAsUUID(sipHash128(n, 'event')) as id,
  ${hash(2)} % 20 as twentieth,
  ${perTwentieth(0)}[twentieth + 1] as channel_of,
  ${perTwentieth(1)}[twentieth + 1] as instance_of`

const person = `
  ${hash(3)} % 1000 as dice,
  multiIf(
    channel_of in ('marketplace', 'pos', 'file'), multiIf(dice < 120, 'order_placed', dice < 130, 'order_cancelled', dice < 142, 'refund_issued', dice < 150, 'return_received', 'order_shipped'),
    channel_of = 'ads', 'ad_spend_recorded',
    channel_of = 'social', 'social_metrics_recorded',
    channel_of = 'shop' and dice < 58, 'order_placed',
    channel_of = 'shop' and dice < 62, 'refund_issued',
    dice < 500, 'product_viewed', dice < 850, 'page_viewed', dice < 950, 'cart_item_added', 'checkout_started') as type_of,
  type_of in ('order_placed', 'order_cancelled', 'refund_issued', 'return_received') as has_items,
  -- Three in five persons agree to be counted.
  ${hash(4)} % (intDiv({events:UInt64}, 40) + 1) as person_number,
  channel_of in ('shop', 'web') and cityHash64(person_number, 5) % 100 < 85 as is_followed,
  1 + ${hash(6)} % 3 as lines,
  arrayMap(line -> cityHash64(n, 7, line) % 700, range(if(has_items, lines, 0))) as skus,
  arrayMap(line -> toInt64(1 + cityHash64(n, 8, line) % 2), range(if(has_items, lines, 0))) as units,
  arrayMap((sku, of) -> toInt64(of * (500 + sku * 7)), skus, units) as nets`

const columns = {
  event_id: 'id',
  version: '1',
  type: 'type_of',
  day: 'event_day',
  time: 'happened_at',
  received_at: 'toDateTime64(happened_at, 3)',
  channel: 'channel_of',
  channel_instance: 'instance_of',
  subject_web: `if(is_followed, concat('v1:web:', ${hex('person_number', "'web'")}), '')`,
  subject_ads: `if(is_followed and person_number % 4 = 0, concat('v1:ads:', ${hex('person_number', "'ads'")}), '')`,
  session_key: `if(is_followed, concat('v1:', ${hex('person_number', 'toStartOfDay(happened_at)')}), '')`,
  order_key: `if(has_items or type_of = 'order_shipped', concat('v1:', ${hex('n', "'order'")}), '')`,
  granted: "if(is_followed, if(person_number % 4 = 0, ['web_analytics', 'ad_measurement'], ['web_analytics']), [])",
  country: `['DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'AT', 'AT', 'CH'][1 + ${hash(9)} % 10]`,
  device_class: "if(is_followed, ['desktop', 'mobile', 'mobile', 'tablet'][1 + person_number % 4], '')",
  channel_group: `if(is_followed, ['Organic Search', 'Paid Search', 'Email', 'Direct', 'Referral', 'Organic Social'][1 + ${hash(10)} % 6], '')`,
  utm_source: `if(is_followed, ['google', 'newsletter', '', 'idealo', 'instagram'][1 + ${hash(10)} % 5], '')`,
  utm_medium: `if(is_followed, ['cpc', 'email', '', 'referral', 'social'][1 + ${hash(10)} % 5], '')`,
  utm_campaign: `if(is_followed, ['herbst', 'winter', '', 'neukunden'][1 + ${hash(11)} % 4], '')`,
  referrer_host: `if(is_followed, ['www.google.de', 'www.idealo.de', '', 'www.instagram.com'][1 + ${hash(11)} % 4], '')`,
  url_path: `if(is_followed and not has_items, concat('/produkte/sku-', toString(${hash(12)} % 700)), '')`,
  currency: "if(has_items or channel_of = 'ads', 'EUR', '')",
  amount_minor: `multiIf(has_items, arraySum(nets), channel_of = 'ads', toInt64(50 + ${hash(13)} % 4000), 0)`,
  tax_minor: 'if(has_items, intDiv(arraySum(nets) * 19, 100), 0)',
  original_currency: "if(has_items or channel_of = 'ads', 'EUR', '')",
  original_amount_minor: 'amount_minor',
  exchange_rate: '1',
  item_sku: "arrayMap(sku -> concat('sku-', toString(sku)), skus)",
  item_name: "arrayMap(sku -> concat('Becher Modell ', toString(sku)), skus)",
  item_category: "arrayMap(sku -> ['Becher', 'Kannen', 'Teller', 'Gläser'][1 + sku % 4], skus)",
  item_units: 'units',
  item_net_minor: 'nets',
  metrics: `multiIf(channel_of = 'ads', map('impressions', toInt64(${hash(14)} % 9000), 'clicks', toInt64(${hash(15)} % 90)),
    channel_of = 'social', map('reach', toInt64(${hash(14)} % 9000), 'clicks', toInt64(${hash(15)} % 90)), map())`,
  insert_id: "reinterpretAsUUID(sipHash128({first:UInt64}, 'insert'))",
}

const selected = Object.entries(columns).map(([name, sql]) => `${sql} as ${name}`)

// The engine leaves out of the inner query what the outer one does not ask for; names of columns must not hide those of `identity`.
export const eventsSql = `
insert into events (${Object.keys(columns).join(', ')})
settings async_insert = 0, max_partitions_per_insert_block = 0
select ${selected.join(',\n  ')}
from (select *, ${person} from (select ${identity} from numbers({count:UInt64})))`

export const fatesSql = `
insert into fates (hour, channel, event_id, version, stage, outcome, reason)
settings async_insert = 0, max_partitions_per_insert_block = 0
select toStartOfHour(happened_at), channel_of, id, 1, 'consent', 'kept', ''
from (select ${identity} from numbers({count:UInt64}))`

export const staleDaysSql = `
insert into stale_days (day, mark, pending)
settings async_insert = 0
select day, generateUUIDv4(), 1 from (select distinct day from events)`
