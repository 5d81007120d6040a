/**
 * Rollups are never incremented, always derived: a stale day is recomputed from its events and swapped in. The same code serves late
 * data, corrections, retention and erasure. It may be ended at any point and started again; one refresh at a time per database.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import type { Logger } from '@kanalblick/stream'
import type { Warehouse } from './connect.ts'
import { readStaleDays, type StaleDay, unmark } from './stale-days.ts'
import { execute, readSql, select } from './statements.ts'

const rollups = [
  { table: 'rollup_channel_day', rows: readSql('rollup_channel_day') },
  { table: 'rollup_product_day', rows: readSql('rollup_product_day') },
]

/** Days per statement: an insert into tables partitioned by day refuses more than 100 partitions. */
const daysAtOnce = 90
/** Partitions do not share keys (the day is in the key), so each is merged for itself. */
const settings = 'settings async_insert = 0, do_not_merge_across_partitions_select_final = 1'

const running = new WeakMap<Warehouse, Promise<unknown>>()

/** Recomputes the days that are marked stale. Resolves with how many those were. */
export function refreshRollups(warehouse: Warehouse, { logger }: { readonly logger: Logger }): Promise<{ days: number }> {
  // Two refreshes would write into one staging table: within this process the second waits for the first.
  const refreshed = (running.get(warehouse) ?? Promise.resolve()).then(() => refresh(warehouse, logger))
  running.set(
    warehouse,
    refreshed.catch(() => undefined),
  )
  return refreshed
}

async function refresh({ client }: Warehouse, logger: Logger): Promise<{ days: number }> {
  // Read before the events: what is marked from now on waits for the next refresh.
  const stale = await readStaleDays(client)
  for (let start = 0; start < stale.length; start += daysAtOnce) await recompute(client, stale.slice(start, start + daysAtOnce))
  if (stale.length > 0) logger.info('rollups refreshed', { days: stale.length })
  return { days: stale.length }
}

async function recompute(client: ClickHouseClient, stale: readonly StaleDay[]): Promise<void> {
  const days = stale.map(({ day }) => day)
  for (const { table, rows } of rollups) {
    await execute(client, `truncate table ${table}_staging`)
    await execute(client, [`insert into ${table}_staging`, rows, settings].join('\n'), { days })
    const filled = await select<{ day: string }>(client, `select distinct day from ${table}_staging`)
    const swaps = days.map((day, n) => {
      // An empty partition cannot replace one.
      const isFilled = filled.some((row) => row.day === day)
      return isFilled ? `replace partition {day${n}:String} from ${table}_staging` : `drop partition {day${n}:String}`
    })
    await execute(client, `alter table ${table} ${swaps.join(', ')}`, Object.fromEntries(days.map((day, n) => [`day${n}`, day])))
  }
  await unmark(client, stale)
}
