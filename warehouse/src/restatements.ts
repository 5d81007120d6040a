/**
 * Events that come again under another key. The table replaces versions of one (day, channel, type, id) by itself; a correction that
 * moves an event to another day, or a repetition that does, would count twice.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import type { EnrichedEvent } from '@kanalblick/stream'
import type { StoredVersion } from './rows.ts'
import { idsAtOnce, slices } from './slices.ts'
import { insertRows, readSql, select } from './statements.ts'

/** What is stored under another key, and the version that takes its place. */
export interface Superseded {
  readonly row: StoredVersion
  readonly version: number
}

/** Of two equal versions the later one counts, unless it has another key: what is stored stays where it is, wherever a batch ends. */
export function sortVersions(events: readonly EnrichedEvent[]): { newest: EnrichedEvent[]; older: EnrichedEvent[] } {
  const newest = new Map<string, EnrichedEvent>()
  for (const event of events) {
    const other = newest.get(event.id)
    if (!other || event.version > other.version || (event.version === other.version && sameKey(event, other))) newest.set(event.id, event)
  }
  return { newest: [...newest.values()], older: events.filter(({ id, version }) => version < (newest.get(id)?.version ?? 0)) }
}

/**
 * Compares the events, one version of each, with what is stored of them. `events`: all but those stored elsewhere in the same or a newer version.
 * @param stored and the older versions that came with the events: a reader that had their partition before may be about to store them
 */
export function compareWithStored(events: readonly EnrichedEvent[], stored: readonly StoredVersion[]) {
  const versions = byId(stored)
  const kept: EnrichedEvent[] = []
  const superseded: Superseded[] = []
  for (const event of events) {
    const elsewhere = (versions.get(event.id) ?? []).filter((row) => !sameKey(row, event))
    if (elsewhere.some(({ version }) => version >= event.version)) continue
    kept.push(event)
    // Tombstones among them: a sink that was killed before it marked the days that a correction left finds those days again.
    superseded.push(...elsewhere.map((row) => ({ row, version: event.version })))
  }
  return { events: kept, superseded }
}

type Key = Pick<StoredVersion, 'day' | 'channel' | 'type'>

const sameKey = (one: Key, other: Key): boolean => one.day === other.day && one.channel === other.channel && one.type === other.type

/** Under which keys these events are stored already, as far as that can matter to them. */
export async function storedVersions(client: ClickHouseClient, events: readonly EnrichedEvent[]): Promise<StoredVersion[]> {
  const asked = slices(events, idsAtOnce).flatMap((some) => [anywhere(client, some), nearby(client, some)])
  return (await Promise.all(asked)).flat()
}

/** Wherever they are: only events that have more than one version can be far away. */
async function anywhere(client: ClickHouseClient, events: readonly EnrichedEvent[]): Promise<StoredVersion[]> {
  const restated = events.filter(({ version }) => version > 1).map(({ id }) => id)
  const first = events.filter(({ version }) => version === 1).map(({ id }) => id)
  const known = first.length > 0 ? await select<{ event_id: string }>(client, readSql('restated_ids'), { ids: first }) : []
  const ids = [...restated, ...known.map(({ event_id }) => event_id)]
  return ids.length > 0 ? select<StoredVersion>(client, readSql('stored_versions'), { ids }) : []
}

async function nearby(client: ClickHouseClient, events: readonly EnrichedEvent[]): Promise<StoredVersion[]> {
  const first = events.filter(({ version }) => version === 1)
  if (first.length === 0) return []
  const own = new Set(first.map(({ day }) => day))
  const days = new Set([...own].flatMap((day) => [-1, 0, 1].map((distance) => shiftDay(day, distance))))
  return select<StoredVersion>(client, readSql('stored_versions_near'), { days: [...days], ids: first.map(({ id }) => id) })
}

const shiftDay = (day: string, distance: number) => new Date(Date.parse(day) + distance * 86_400_000).toISOString().slice(0, 10)

/** One of each key. */
function byId(rows: readonly StoredVersion[]): Map<string, StoredVersion[]> {
  const versions = new Map<string, StoredVersion[]>()
  for (const row of rows) {
    const known = versions.get(row.event_id) ?? []
    if (!known.some((other) => sameKey(other, row))) versions.set(row.event_id, [...known, row])
  }
  return versions
}

export const toStoredVersion = ({ id, day, channel, type, version }: EnrichedEvent): StoredVersion => ({ event_id: id, day, channel, type, version })

/** Remembers, before they are stored, which events have more than one version. */
export const rememberRestated = (client: ClickHouseClient, events: readonly EnrichedEvent[]) =>
  insertRows(
    client,
    'restated_events',
    events.filter(({ version }) => version > 1).map(({ id, day }) => ({ event_id: id, day })),
  )
