/**
 * Rollups are never incremented, always derived: a stale day is recomputed from its events and swapped in. The same code serves late
 * data, corrections, retention and erasure. It may be ended at any point and started again; one refresh at a time per database.
 */
import { randomBytes } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Logger } from '@kanalblick/stream'
import type { Warehouse } from './connect.ts'
import { readStaleDays, type StaleDay, unmark } from './stale-days.ts'
import { execute, readSql, select } from './statements.ts'

const rollups = [
  { table: 'rollup_channel_day', rows: readSql('rollup_channel_day') },
  { table: 'rollup_product_day', rows: readSql('rollup_product_day') },
]

/** Months do not share keys of events (the day is in the key), so each is merged for itself. */
const settings = 'settings async_insert = 0, max_partitions_per_insert_block = 0, do_not_merge_across_partitions_select_final = 1'

const running = new WeakMap<Warehouse, Promise<unknown>>()

/** Recomputes the days that are marked stale. Resolves with how many those were. */
export function refreshRollups(warehouse: Warehouse, { logger }: { readonly logger: Logger }): Promise<{ days: number }> {
  // Of two refreshes at once the one that read less could swap last: within this process the second waits for the first.
  return oneAtATime(warehouse, () => refresh(warehouse, logger))
}

/** Does the work while no refresh runs in this process. */
export function oneAtATime<Value>(warehouse: Warehouse, work: () => Promise<Value>): Promise<Value> {
  const before = running.get(warehouse) ?? dropLeftovers(warehouse)
  const done = before.then(work)
  running.set(
    warehouse,
    done.catch(() => undefined),
  )
  return done
}

async function refresh({ client }: Warehouse, logger: Logger): Promise<{ days: number }> {
  // Read before the events: what is marked from now on waits for the next refresh.
  const stale = await readStaleDays(client)
  for (const some of newestFirst(stale)) {
    const days = some.map(({ day }) => day)
    for (const rollup of rollups) await recompute(client, rollup, days)
    await unmark(client, some)
  }
  if (stale.length > 0) logger.info('rollups refreshed', { days: stale.length })
  return { days: stale.length }
}

const weeksAtOnce = 4
/** A span begins with a week, because weeks are swapped. */
const mondayMs = Date.UTC(2001, 0, 1)

/** A few weeks at a time: all events of years need more memory than a query may have. Newest first: those days are looked at. */
function newestFirst(stale: readonly StaleDay[]): StaleDay[][] {
  const spans = new Map<number, StaleDay[]>()
  for (const one of stale) {
    const span = Math.floor((Date.parse(one.day) - mondayMs) / (weeksAtOnce * 7 * 86_400_000))
    spans.set(span, [...(spans.get(span) ?? []), one])
  }
  return [...spans.entries()].toSorted(([one], [other]) => other - one).map(([, days]) => days)
}

async function recompute(client: ClickHouseClient, { table, rows }: (typeof rollups)[number], days: readonly string[]): Promise<void> {
  // A table for this attempt alone: what a killed process asked of a server may still be running there, and must not run into it.
  const staging = `${table}_staging_${randomBytes(8).toString('hex')}`
  await execute(client, `create table ${staging} as ${table}`)
  try {
    await execute(client, `insert into ${staging} select * from ${table} where ${inTheirWeeks} and day not in {days:Array(Date)} ${settings}`, { days })
    await execute(client, [`insert into ${staging}`, rows, settings].join('\n'), { days })
    const weeks = await select<{ week: string; filled: number }>(client, weeksOf(staging), { days })
    for (const { week, filled } of weeks) {
      // An empty partition cannot replace one.
      await execute(client, `alter table ${table} ${filled ? `replace partition {week:String} from ${staging}` : 'drop partition {week:String}'}`, { week })
    }
  } finally {
    await execute(client, `drop table ${staging} sync`)
  }
}

const inTheirWeeks = 'toMonday(day) in (select toMonday(arrayJoin({days:Array(Date)})))'

const weeksOf = (staging: string) => `
  select toMonday(arrayJoin({days:Array(Date)})) as week, week in (select toMonday(day) from ${staging}) as filled
  group by week
  order by week`

/** What refreshes left behind that were killed. */
async function dropLeftovers({ client }: Warehouse): Promise<void> {
  const tables = await select<{ name: string }>(
    client,
    "select name from system.tables where database = currentDatabase() and name like 'rollup\\_%\\_staging\\_%'",
  )
  for (const { name } of tables) await execute(client, `drop table if exists ${name} sync`)
}
