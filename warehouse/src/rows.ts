/** From records of the log to rows of the tables. */
import { type EnrichedEvent, enrichedEvent, type Fates, fates, fromRecord, type LogRecord } from '@kanalblick/stream'

export type EventRow = ReturnType<typeof toRow>

/** The event in a record, or `undefined` when it is not one that the table can hold. */
export function readEvent(record: LogRecord): EnrichedEvent | undefined {
  const parsed = enrichedEvent.safeParse(jsonOf(record))
  return parsed.success && isStorable(parsed.data) ? parsed.data : undefined
}

export function readFates(record: LogRecord): Fates | undefined {
  const parsed = fates.safeParse(jsonOf(record))
  if (!parsed.success) return undefined
  const { id, version, received_at, channel, outcome, reason } = parsed.data
  return sameLength([id, version, received_at, channel, outcome, reason]) ? parsed.data : undefined
}

function jsonOf(record: LogRecord): unknown {
  try {
    return fromRecord(record)
  } catch {
    return undefined
  }
}

/** Item columns of unequal length would break every sum over the day; times outside the columns' range would refuse the whole batch. */
const isStorable = ({ item_sku, item_name, item_category, item_units, item_net_minor, day, time, received_at }: EnrichedEvent) =>
  sameLength([item_sku, item_name, item_category, item_units, item_net_minor]) &&
  [day, time, received_at].every((instant) => instant >= '1970-01-01' && instant < '2106-01-01')

const sameLength = (columns: readonly (readonly unknown[])[]) => columns.every((column) => column.length === columns[0]?.length)

export function toRow({ id, time, received_at, subject_web, subject_ads, subject_profile, session_key, order_key, ...event }: EnrichedEvent, insertId: string) {
  return {
    ...event,
    event_id: id,
    time: toTime(time).slice(0, 19),
    received_at: toTime(received_at),
    subject_web: subject_web ?? '',
    subject_ads: subject_ads ?? '',
    subject_profile: subject_profile ?? '',
    session_key: session_key ?? '',
    order_key: order_key ?? '',
    insert_id: insertId,
  }
}

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

/** `2026-01-31 12:34:56.789`, UTC */
const toTime = (instant: string | number) => new Date(instant).toISOString().slice(0, 23).replace('T', ' ')
export const toHour = (instant: string | number) => `${toTime(instant).slice(0, 13)}:00:00`
