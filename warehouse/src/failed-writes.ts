/**
 * The embedded engine says nothing of a write that failed. On a full disk it acknowledges inserts whose files stay empty, and merges parts into
 * one of empty files, whose sources it removes later (chDB, `WriteBufferFromFileDescriptor::nextImpl`; a ClickHouse server reports such writes).
 * But it counts them. So a statement is believed only if no write failed until it was done, and tables are loaded again after one that did:
 * then the engine compares each part's files with its checksums, sets broken ones aside and takes their sources back, as long as those are there
 * (`old_parts_lifetime`). What nothing mends is asked for with space to spare only.
 */
import { statfs } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Logger } from '@kanalblick/stream'
import type { Warehouse } from './connect.ts'
import { WarehouseError } from './errors.ts'
import { markAllStale } from './stale-days.ts'
import { execute, readSql, select } from './statements.ts'

async function countFailedWrites(client: ClickHouseClient): Promise<number> {
  const [counted] = await select<{ value: number }>(client, "select value from system.events where event = 'WriteBufferFromFileDescriptorWriteFailed'")
  return counted?.value ?? 0
}

type Statement = Parameters<ClickHouseClient['command']>[0]

/** Free bytes without which no definition of a table is written. */
const spareBytes = 16_000_000

/** A client whose commands fail when a write did, and how many did since now. */
export async function withCheckedWrites(client: ClickHouseClient, path: string): Promise<Pick<Warehouse, 'client' | 'failedWrites'>> {
  // The engine counts for as long as the process lives.
  const counted = await countFailedWrites(client)
  const failedWrites = async () => (await countFailedWrites(client)) - counted
  const diskFull = () => new WarehouseError('WAREHOUSE_DISK_FULL', `The disk of the warehouse ${path} is full. Free some space: it goes on by itself.`)
  let known = 0
  const command = async (statement: Statement) => {
    if (defines(statement) && (await freeBytes(path)) < spareBytes) throw diskFull()
    const before = known
    const result = await client.command(statement)
    const failed = await failedWrites()
    known = Math.max(known, failed)
    if (failed > before) throw diskFull()
    return result
  }
  const checking = new Proxy(client, { get: (target, name) => (name === 'command' ? command : Reflect.get(target, name)) })
  return { client: checking, failedWrites }
}

/** They write how a table is defined or is to be changed. The engine opens no directory again in which a definition is empty. */
const defines = ({ query }: Statement) => /^\s*(--.*\n\s*)*(create|alter) table (?!\S+ drop )/i.test(query)

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

interface Mended {
  /** Failed writes after which the tables were loaded again, and after which the sums were marked to be derived again, too. */
  loaded: number
  marked: number
  /** Tables that were detached and could not be attached again yet. */
  readonly detached: Set<string>
}
const mendedOf = new WeakMap<Warehouse, Mended>()

/**
 * Loads the tables again if a write failed since the last time, and has all sums derived anew. Has them derived anew the first time too if the
 * engine could not read all parts when it started. To be called every few seconds.
 */
export async function mendFailedWrites(warehouse: Warehouse, { logger }: { readonly logger: Logger }): Promise<void> {
  const { client } = warehouse
  const mended = mendedOf.get(warehouse) ?? { loaded: 0, marked: await failedBeforeStart(client, logger), detached: new Set() }
  mendedOf.set(warehouse, mended)
  const failed = await warehouse.failedWrites()
  if (failed > mended.loaded) {
    logger.error('the disk of the warehouse is full, its tables are loaded again without what could not be written', { failedWrites: failed - mended.loaded })
    for (const table of await tablesOf(client, stored)) mended.detached.add(table)
    for (const table of mended.detached) {
      await load(client, table)
      mended.detached.delete(table)
    }
    mended.loaded = failed
  }
  if (mended.loaded > mended.marked) {
    const { loaded } = mended
    await markAllStale(client)
    mended.marked = loaded
    // Of sums nothing is lost with what was set aside: they are derived from events.
    for (const table of await tablesOf(client, sums)) await dropSetAside(client, table)
  }
}

/**
 * A process that is killed right after a failed write starts with whole events, for loading does the same at a start; but nothing says then that sums are
 * missing. @returns what `marked` begins with: sums are to be derived anew when it lies below zero
 */
async function failedBeforeStart(client: ClickHouseClient, logger: Logger): Promise<number> {
  const aside = await select<{ table: string; parts: number }>(client, readSql('broken_parts'))
  if (aside.length === 0) return 0
  logger.error(
    'the warehouse could not read all of its files and set some aside, sums are derived anew',
    Object.fromEntries(aside.map(({ table, parts }) => [table, parts])),
  )
  return -1
}

/**
 * Not those of sums: all of them are derived anew. Loaded again they could show weeks that were replaced beside those that took their place, for what
 * marks them as replaced is a part, too. Until they are derived, a broken one answers with an error and never with a wrong sum.
 */
const stored = "not like 'rollup\\_%'"
const sums = "like 'rollup\\_%'"

async function tablesOf(client: ClickHouseClient, kind: string): Promise<string[]> {
  const query = `select name from system.tables where database = currentDatabase() and engine like '%MergeTree' and name ${kind}`
  return (await select<{ name: string }>(client, query)).map(({ name }) => name)
}

async function load(client: ClickHouseClient, table: string): Promise<void> {
  await unchecked(execute(client, `detach table if exists ${table}`))
  await unchecked(execute(client, `attach table ${table}`))
  // What was set aside may hold a person's bytes.
  await dropSetAside(client, table)
}

const dropSetAside = (client: ClickHouseClient, table: string) =>
  unchecked(execute(client, `alter table ${table} drop detached partition all settings allow_drop_detached = 1`))

/** These write nothing of their own: what fails meanwhile is another's. */
async function unchecked(done: Promise<void>): Promise<void> {
  await done.catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'WAREHOUSE_DISK_FULL') throw error
  })
}
