/** What a recomputation of rollups costs: one day, as late data or a correction ask for, and all days, as a new rollup does. */
import { refreshRollups, type Warehouse } from '@kanalblick/warehouse'
import { type Dataset, datasetAt, silent, withWarehouse } from './dataset.ts'
import type { BenchPart, BenchRow } from './result.ts'
import { median, timed } from './statistics.ts'

const rounds = 5

export const run: BenchPart = async ({ data, events }) => {
  const rows: BenchRow[] = []
  for (const size of events) {
    const dataset = await datasetAt(data, size)
    rows.push(...(await withWarehouse(dataset.path, (warehouse) => measure(warehouse, dataset))))
  }
  return rows
}

async function measure(warehouse: Warehouse, { events, lastDay, days }: Dataset): Promise<BenchRow[]> {
  const oneDayMs: number[] = []
  for (let round = 0; round < rounds; round++) oneDayMs.push(await refreshOf(warehouse, `day = toDate('${lastDay}') - ${30 + round}`))
  // What the days' month is derived into, by the first refresh that leaves it alone.
  const oneMonthMs = await timed(() => refreshRollups(warehouse, { logger: silent }))
  const allDaysMs = await refreshOf(warehouse, 'true')
  const allMonthsMs = await timed(() => refreshRollups(warehouse, { logger: silent }))
  const millions = events / 1e6
  return [
    { what: `refresh of one day, ${millions} M events`, measured: Math.round(median(oneDayMs)), unit: 'ms' },
    { what: `refresh of what is derived of its month, ${millions} M events`, measured: Math.round(oneMonthMs), unit: 'ms' },
    { what: `refresh of all ${days} days, ${millions} M events`, measured: Math.round(allDaysMs), unit: 'ms' },
    { what: `refresh of what is derived of all months, ${millions} M events`, measured: Math.round(allMonthsMs), unit: 'ms' },
  ]
}

/** Milliseconds; marks the days first as the sink does. */
async function refreshOf(warehouse: Warehouse, where: string): Promise<number> {
  await warehouse.client.command({
    query: `insert into stale_days (day, mark, pending) settings async_insert = 0
      select day, generateUUIDv4(), 1 from (select distinct day from events where ${where})`,
  })
  return timed(() => refreshRollups(warehouse, { logger: silent }))
}
