/**
 * Rollups are never incremented, always derived: a stale day is recomputed from its events and swapped in, a stale month from its days. The
 * same code serves late data, corrections, retention and erasure. It may be ended at any point and started again; one refresh at a time per database.
 */
import { randomBytes } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Logger } from '@kanalblick/stream'
import type { Warehouse } from './connect.ts'
import { slices } from './slices.ts'
import { readStaleDays, type StaleDay, unmark } from './stale-days.ts'
import { markMonths, readStaleMonths, unmarkMonths } from './stale-months.ts'
import { execute, readSql, select } from './statements.ts'

const ofDays = [
  { table: 'rollup_channel_day', rows: readSql('rollup_channel_day') },
  { table: 'rollup_product_day', rows: readSql('rollup_product_day') },
]

/** Out of the days by product. */
const ofMonths = ['rollup_sku_day', 'rollup_sku_week', 'rollup_product_month'].map((table) => ({ table, rows: readSql(table) }))

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
    // Marked before the days change: whoever asks from now on reads the days of these months.
    await markMonths(client, days)
    await together(ofDays.map((rollup) => recomputeDays(client, rollup, days)))
    await unmark(client, some)
  }
  await refreshMonths(client, new Set(stale.map(({ day }) => monthOf(day))))
  if (stale.length > 0) logger.info('rollups refreshed', { days: stale.length })
  return { days: stale.length }
}

/** Waits for all of them, failed or not: what still runs when the next refresh begins could swap after it. */
async function together(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}

const weekMs = 7 * 86_400_000
const weeksAtOnce = 4
/** A span begins with a week, because weeks are swapped. */
const mondayMs = Date.UTC(2001, 0, 1)

/** A few weeks at a time: all events of years need more memory than a query may have. Newest first: those days are looked at. */
function newestFirst(stale: readonly StaleDay[]): StaleDay[][] {
  const spans = new Map<number, StaleDay[]>()
  for (const one of stale) {
    const span = Math.floor((Date.parse(one.day) - mondayMs) / (weeksAtOnce * weekMs))
    spans.set(span, [...(spans.get(span) ?? []), one])
  }
  return [...spans.entries()].toSorted(([one], [other]) => other - one).map(([, days]) => days)
}

const monthsAtOnce = 3

/** While events stream in, their months would be derived again and again: what has just changed waits for a later refresh, the newest for a later month. */
async function refreshMonths(client: ClickHouseClient, changed: ReadonlySet<string>): Promise<void> {
  const stale = await readStaleMonths(client)
  const quiet = stale.slice(0, -1).filter(({ month }) => !changed.has(month))
  for (const some of slices(quiet, monthsAtOnce)) {
    const months = some.map(({ month }) => month)
    for (const { table, rows } of ofMonths) {
      await swap(client, table, months, async (staging) => {
        await execute(client, [`insert into ${staging}`, rows, settings].join('\n'), { months })
      })
    }
    await unmarkMonths(client, some)
  }
}

async function recomputeDays(client: ClickHouseClient, { table, rows }: (typeof ofDays)[number], days: readonly string[]): Promise<void> {
  const weeks = [...new Set(days.map(mondayOf))]
  await swap(client, table, weeks, async (staging) => {
    // Distinct: killed within `replace partition`, the engine may start again with the old rows of the week beside the new ones. Of the days that were
    // copied then, those are the same.
    const others = `select distinct * from ${table} where toMonday(day) in {weeks:Array(Date)} and day not in {days:Array(Date)}`
    await execute(client, `insert into ${staging} ${others} ${settings}`, { weeks, days }).catch(async (error: unknown) => {
      // What a full disk broke cannot be copied, and needs not be when all days of the week are derived anew.
      if (await haveOtherDays(client, weeks, days)) throw error
    })
    await execute(client, [`insert into ${staging}`, rows, settings].join('\n'), { days })
  })
}

async function haveOtherDays(client: ClickHouseClient, weeks: readonly string[], days: readonly string[]): Promise<boolean> {
  const query = 'select 1 from events where toMonday(day) in {weeks:Array(Date)} and day not in {days:Array(Date)} limit 1'
  return (await select(client, query, { weeks, days })).length > 0
}

const monthOf = (day: string) => `${day.slice(0, 7)}-01`
const mondayOf = (day: string) => new Date(Math.floor((Date.parse(day) - mondayMs) / weekMs) * weekMs + mondayMs).toISOString().slice(0, 10)

/** Swaps partitions of the table, named by their first days, for those that are filled beside it. */
async function swap(client: ClickHouseClient, table: string, partitions: readonly string[], fill: (staging: string) => Promise<void>): Promise<void> {
  // A table for this attempt alone: what a killed process asked of a server may still be running there, and must not run into it.
  const staging = `${table}_staging_${randomBytes(8).toString('hex')}`
  try {
    await execute(client, `create table ${staging} as ${table}`)
    await fill(staging)
    const filled = await select<{ partition: string }>(client, `select distinct _partition_value.1 as partition from ${staging}`)
    for (const partition of partitions) {
      // An empty partition cannot replace one.
      const isFilled = filled.some((one) => one.partition === partition)
      await execute(client, `alter table ${table} ${isFilled ? `replace partition {partition:String} from ${staging}` : 'drop partition {partition:String}'}`, {
        partition,
      })
    }
  } finally {
    await execute(client, `drop table if exists ${staging} sync`)
  }
}

/** What refreshes left behind that were killed. */
async function dropLeftovers({ client }: Warehouse): Promise<void> {
  const tables = await select<{ name: string }>(
    client,
    "select name from system.tables where database = currentDatabase() and name like 'rollup\\_%\\_staging\\_%'",
  )
  for (const { name } of tables) await execute(client, `drop table if exists ${name} sync`)
}
