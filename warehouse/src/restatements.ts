/**
 * Events that come again under another key. The table replaces versions of one (day, channel, type, id) by itself; a correction that
 * moves an event to another day, or a repetition that does, would count twice.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import type { EnrichedEvent } from '@kanalblick/stream'
import { execute, insertRows, readSql, select } from './statements.ts'

interface StoredVersion {
  readonly event_id: string
  readonly day: string
  readonly channel: string
  readonly type: string
  readonly version: number
}

export interface Restated {
  /** What to store: without the events that are stored in the same or a newer version elsewhere. */
  readonly events: readonly EnrichedEvent[]
  /** Rows that are to go once the events are stored. */
  readonly superseded: { readonly ids: string[]; readonly versions: number[]; readonly days: string[] }
}

/** Compares the events, one version of each, with what is stored of them. */
export async function compareWithStored(client: ClickHouseClient, events: readonly EnrichedEvent[]): Promise<Restated> {
  const stored = new Map<string, StoredVersion[]>()
  for (const row of await storedVersions(client, events)) stored.set(row.event_id, [...(stored.get(row.event_id) ?? []), row])
  const superseded: Restated['superseded'] = { ids: [], versions: [], days: [] }
  const kept = events.filter((event) => {
    const elsewhere = (stored.get(event.id) ?? []).filter((row) => !sameKey(row, event))
    if (elsewhere.some(({ version }) => version >= event.version)) return false
    if (elsewhere.length > 0) {
      superseded.ids.push(event.id)
      superseded.versions.push(event.version)
      superseded.days.push(...elsewhere.map(({ day }) => day))
    }
    return true
  })
  return { events: kept, superseded: { ...superseded, days: [...new Set(superseded.days)] } }
}

const sameKey = (row: StoredVersion, event: EnrichedEvent) => row.day === event.day && row.channel === event.channel && row.type === event.type

async function storedVersions(client: ClickHouseClient, events: readonly EnrichedEvent[]): Promise<StoredVersion[]> {
  const restated = events.filter(({ version }) => version > 1).map(({ id }) => id)
  const first = events.filter(({ version }) => version === 1)
  if (first.length > 0) {
    const known = await select<{ event_id: string }>(client, readSql('restated_ids'), { ids: first.map(({ id }) => id) })
    restated.push(...known.map(({ event_id }) => event_id))
  }
  const anywhere = restated.length > 0 ? await select<StoredVersion>(client, readSql('stored_versions'), { ids: restated }) : []
  return anywhere.concat(first.length > 0 ? await nearbyVersions(client, first) : [])
}

const nearbyVersions = (client: ClickHouseClient, events: readonly EnrichedEvent[]) => {
  const days = new Set(events.flatMap(({ day }) => [-1, 0, 1].map((distance) => shiftDay(day, distance))))
  return select<StoredVersion>(client, readSql('stored_versions_near'), { days: [...days], ids: events.map(({ id }) => id) })
}

const shiftDay = (day: string, distance: number) => new Date(Date.parse(day) + distance * 86_400_000).toISOString().slice(0, 10)

/** Remembers, before they are stored, which events have more than one version. */
export const rememberRestated = (client: ClickHouseClient, events: readonly EnrichedEvent[]) =>
  insertRows(
    client,
    'restated_events',
    events.filter(({ version }) => version > 1).map(({ id, day }) => ({ event_id: id, day })),
  )

export const deleteSuperseded = (client: ClickHouseClient, superseded: Restated['superseded']) =>
  execute(client, readSql('delete_superseded'), superseded as unknown as Record<string, unknown>)
