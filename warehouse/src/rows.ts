/** From records of the log to rows of the tables. */
import { createReadEvents, type EnrichedEvent, type Fates, fates, type LogRecord, parserOf, readRecord, Unreadable } from '@kanalblick/stream'

/** The events in a record; in the place of one that the table cannot hold, what says so. */
export const readEvents = (record: LogRecord): (EnrichedEvent | Unreadable)[] =>
  eventsIn(record).map((event) => (event instanceof Unreadable || isStorable(event) ? event : new Unreadable({ ...record, key: event.id })))

const eventsIn = createReadEvents('events.enriched.v1')

export function readFates(record: LogRecord): readonly [Fates | Unreadable] {
  const books = parseFates(readRecord(record, (value) => value)).data
  return [books && isWhole(books) ? books : new Unreadable(record)]
}

const parseFates = parserOf(fates)

const isWhole = ({ id, version, received_at, channel, outcome, reason }: Fates) => sameLength([id, version, received_at, channel, outcome, reason])

/** Item columns of unequal length would break every sum over the day; times outside the columns' range would refuse the whole batch. */
const isStorable = ({ item_sku, item_name, item_category, item_units, item_net_minor, day, time, received_at }: EnrichedEvent) =>
  sameLength([item_sku, item_name, item_category, item_units, item_net_minor]) &&
  [day, time, received_at].every((instant) => instant >= '1970-01-01' && instant < '2106-01-01')

const sameLength = (columns: readonly (readonly unknown[])[]) => columns.every((column) => column.length === columns[0]?.length)

/** Field by field: copying with exceptions takes as long as everything else the sink does in this process. */
export function toRow(event: EnrichedEvent, insertId: string) {
  return {
    event_id: event.id,
    version: event.version,
    type: event.type,
    time: event.time,
    received_at: event.received_at,
    subject_web: event.subject_web ?? '',
    subject_ads: event.subject_ads ?? '',
    subject_profile: event.subject_profile ?? '',
    session_key: event.session_key ?? '',
    order_key: event.order_key ?? '',
    day: event.day,
    channel: event.channel,
    channel_instance: event.channel_instance,
    granted: event.granted,
    country: event.country,
    device_class: event.device_class,
    channel_group: event.channel_group,
    utm_source: event.utm_source,
    utm_medium: event.utm_medium,
    utm_campaign: event.utm_campaign,
    referrer_host: event.referrer_host,
    url_path: event.url_path,
    currency: event.currency,
    amount_minor: event.amount_minor,
    tax_minor: event.tax_minor,
    shipping_minor: event.shipping_minor,
    discount_minor: event.discount_minor,
    original_currency: event.original_currency,
    original_amount_minor: event.original_amount_minor,
    exchange_rate: event.exchange_rate,
    item_sku: event.item_sku,
    item_name: event.item_name,
    item_category: event.item_category,
    item_units: event.item_units,
    item_net_minor: event.item_net_minor,
    metrics: event.metrics,
    insert_id: insertId,
  }
}

/** What is stored of an event under one key of the table. */
export interface StoredVersion {
  readonly event_id: string
  readonly day: string
  readonly channel: string
  readonly type: string
  /** 0: nothing but a tombstone. */
  readonly version: number
}

/** Hides the stored row behind the version that took its place. An insert: to delete would rewrite every part of the table. */
export const toTombstone = (stored: StoredVersion, version: number, insertId: string) => ({ ...stored, version, insert_id: insertId, is_deleted: 1 })

export interface FateRow {
  readonly hour: string
  readonly channel: string
  readonly event_id: string
  readonly version: number
  readonly stage: 'consent' | 'transform' | 'warehouse'
  readonly outcome: string
  readonly reason: string
}

export const toFateRows = ({ stage, id, version, received_at, channel, outcome, reason }: Fates): FateRow[] =>
  id.map((event_id, n) => ({
    hour: toHour(received_at[n] ?? ''),
    channel: channel[n] ?? '',
    event_id,
    version: version[n] ?? 1,
    stage,
    outcome: outcome[n] ?? '',
    reason: reason[n] ?? '',
  }))

/** `2026-01-31 12:00:00`, UTC */
export const toHour = (instant: string | number) => `${new Date(instant).toISOString().slice(0, 13).replace('T', ' ')}:00:00`
