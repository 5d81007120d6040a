/**
 * Deletes what is kept for too long (`retentionDays`): events of behaviour after `behaviour` days, the books after `books` days; whole
 * months are dropped where possible. What an event of the books carries of behaviour (pseudonyms, origin of the visit) is blanked with the
 * behaviour. Rollups stay derived: touched days are marked and recomputed, so their counts of behaviour end with it and their sums stay.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { retentionDays, topics } from '@kanalblick/stream'
import { bookTypes } from './books.ts'
import type { Warehouse } from './connect.ts'
import { behaviourParts } from './masks.ts'
import { oneAtATime } from './rollups.ts'
import { markStaleAnew } from './stale-days.ts'
import { execute, readSql, select } from './statements.ts'

/** Resolves with how many days lost something. */
export function enforceRetention(warehouse: Warehouse, { now }: { readonly now: Date }): Promise<{ days: number }> {
  // A refresh between mark and deletion would use the mark up, and a crash behind the deletion leave the rollups as they were.
  return oneAtATime(warehouse, () => enforce(warehouse, now))
}

async function enforce({ client }: Warehouse, now: Date): Promise<{ days: number }> {
  const books = dayBefore(now, retentionDays.books)
  const limits = { books, behaviour: dayBefore(now, retentionDays.behaviour), book_types: bookTypes }
  const touched = await select<{ day: string }>(client, readSql('retention_expired_days', behaviourParts), limits)
  const days = touched.map(({ day }) => day)
  if (days.length > 0) {
    await execute(client, readSql('retention_fates'), limits)
    // Marked before, so that a crash behind the deletion leaves the mark.
    await markStaleAnew(client, days)
    await dropMonths(client, 'events', books)
    await execute(client, readSql('retention_events', behaviourParts), limits)
    // Marked again: another process may have refreshed in between.
    await markStaleAnew(client, days)
  }
  await dropMonths(client, 'fates', books)
  await dropMonths(client, 'restated_events', books)
  await dropMonths(client, 'erased_events', dayBefore(now, erasedDays))
  return { days: days.length }
}

/** As long as a replay of the log could bring an erased event back, and a month more for an erasure that is not completed yet. */
const erasedDays = Math.ceil(topics['events.enriched.v1'].retentionMs / 86_400_000) + 31

const dayBefore = (now: Date, days: number) => new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10)

async function dropMonths(client: ClickHouseClient, table: 'erased_events' | 'events' | 'fates' | 'restated_events', before: string): Promise<void> {
  const month = Number(before.slice(0, 7).replace('-', ''))
  for (const past of await select<{ month: number }>(client, readSql('months_before'), { table, month })) {
    await execute(client, `alter table ${table} drop partition {month:UInt32}`, { month: past.month })
  }
}
