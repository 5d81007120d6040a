/**
 * A warehouse with as many events as wanted, made inside the engine: two years of seven channels in three countries. The same size
 * always gives the same rows, but for the last day, which is yesterday. Fates stand beside them, so `kanalblick audit` is clean.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@kanalblick/stream'
import { connectWarehouse, migrate, refreshRollups, type Warehouse } from '@kanalblick/warehouse'
import { eventsSql, fatesSql, staleDaysSql } from './dataset-sql.ts'
import { type KnownSubject, knownSubject, subjectRows } from './dataset-subject.ts'
import { timed } from './statistics.ts'

/** @public for measurements of access and erasure */
export { type KnownSubject, knownSubject }

export interface DatasetOptions {
  /** The data directory. */
  readonly path: string
  /** How many events besides those of the known subject. */
  readonly events: number
  /** Over how many days; two years unless given. */
  readonly days?: number
}

export interface Dataset {
  readonly path: string
  readonly events: number
  /** `yyyy-MM-dd`; the first day lies `days - 1` days before. */
  readonly lastDay: string
  readonly days: number
  readonly filledInMs: number
  /** All days at once, right after the filling. */
  readonly refreshedInMs: number
}

const twoYears = 730
const rowsAtOnce = 200_000
export const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Fills the directory, or says what was filled into it before. @public @throws Error when it holds another data set, or one that was cut off */
async function fillDataset({ path, events, days = twoYears }: DatasetOptions): Promise<Dataset> {
  const file = join(path, 'dataset.json')
  if (existsSync(file)) return { ...known(file, events), path }
  if (existsSync(warehouseOf(path))) throw new Error(`${path} holds a warehouse that is not a whole data set: remove it first.`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const lastDay = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  const dataset = await withWarehouse(path, async (warehouse) => {
    const filledInMs = await timed(() => fill(warehouse, { events, days, lastDay }))
    const refreshedInMs = await timed(() => refreshRollups(warehouse, { logger: silent }))
    return { path, events, lastDay, days, filledInMs: Math.round(filledInMs), refreshedInMs: Math.round(refreshedInMs) }
  })
  writeFileSync(join(path, 'subject.json'), `${JSON.stringify(knownSubject(lastDay), null, 2)}\n`)
  writeFileSync(file, `${JSON.stringify(dataset, null, 2)}\n`)
  return dataset
}

/** The data set of this size, in a folder of its own below `data`. */
export async function datasetAt(data: string, events: number, days = twoYears): Promise<Dataset> {
  const path = join(data, days === twoYears ? String(events) : `${events}-in-${days}-days`)
  if (!existsSync(path)) console.log(`  filling ${path} ...`)
  return fillDataset({ path, events, days })
}

const warehouseOf = (path: string) => join(path, 'warehouse')

/** One warehouse at a time per process. */
export async function withWarehouse<Value>(path: string, work: (warehouse: Warehouse) => Promise<Value>): Promise<Value> {
  const warehouse = await connectWarehouse({ path: warehouseOf(path) })
  try {
    await migrate(warehouse, { logger: silent })
    return await work(warehouse)
  } finally {
    await warehouse.close()
  }
}

function known(file: string, events: number): Dataset {
  const dataset = JSON.parse(readFileSync(file, 'utf8')) as Dataset
  if (dataset.events !== events) throw new Error(`${file} says ${dataset.events} events, not ${events}: choose another directory.`)
  return dataset
}

async function fill({ client }: Warehouse, { events, days, lastDay }: Pick<Dataset, 'events' | 'days' | 'lastDay'>): Promise<void> {
  for (let from = 0; from < events; from += rowsAtOnce) {
    const rows = { first: from, count: Math.min(rowsAtOnce, events - from), events, days, last_day: lastDay }
    await client.command({ query: eventsSql, query_params: rows })
    await client.command({ query: fatesSql, query_params: rows })
  }
  const { events: known, fates } = subjectRows(lastDay)
  await client.insert({ table: 'events', values: known, format: 'JSONEachRow' })
  await client.insert({ table: 'fates', values: fates, format: 'JSONEachRow' })
  await client.command({ query: staleDaysSql })
}
