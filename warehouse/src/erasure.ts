/**
 * Takes the person out of events that are listed in `erased_events`, down to the bytes. Works from the list and from what is stored, so it
 * completes whatever an erasure that was cut off left behind. Meant to run while no refresh of the rollups does.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { bookTypes } from './books.ts'
import type { Warehouse } from './connect.ts'
import { WarehouseError } from './errors.ts'
import { maskParts } from './masks.ts'
import { markStaleAnew } from './stale-days.ts'
import { execute, insertRows, readSql, select } from './statements.ts'
import type { EventKey } from './subject-keys.ts'

const books = new Set<string>(bookTypes)

export const unfinishedRows = readSql('erasure_unfinished_rows', maskParts)
export const oldParts = readSql('erasure_old_parts')

export const unfinishedDays = async (client: ClickHouseClient): Promise<string[]> => {
  const rows = await select<{ day: string }>(client, readSql('erasure_unfinished_days', { unfinished: unfinishedRows }))
  return rows.map(({ day }) => day)
}

/** All of them before anything is erased: an order that was masked leads to its session no more. */
export async function listErased(client: ClickHouseClient, keys: readonly EventKey[], at: string): Promise<void> {
  const masked = new Set(keys.filter(({ type }) => books.has(type)).map(({ event_id }) => event_id))
  const listed = keys.map(({ event_id, day }) => ({ event_id, day, action: masked.has(event_id) ? 'mask' : 'delete', erased_at: at, done: 0 }))
  await insertRows(client, 'erased_events', listed)
}

/** @throws WarehouseError `ERASURE_UNFINISHED` */
export async function eraseListed(warehouse: Warehouse, days: readonly string[], at: string): Promise<void> {
  const { client, failedWrites } = warehouse
  const failedBefore = await failedWrites()
  await execute(client, readSql('erasure_fates'), { days })
  // Marked before, so that a crash behind the mutation leaves the mark.
  await markStaleAnew(client, days)
  const [start] = await select<{ since: string }>(client, 'select now() as since')
  await execute(client, readSql('erasure_events', maskParts), { days })
  // Asked again and again: a server's answer would be late for its client.
  await until(async () => {
    const [progress] = await select<{ running: number; failure: string }>(client, readSql('erasure_progress'), { since: start?.since })
    if (progress?.failure) throw unfinished(`the engine could not rewrite a part of the events (${errorName(progress.failure)})`)
    return progress?.running === 0
  })
  // Marked again: another process may have refreshed in between.
  await markStaleAnew(client, days)
  // Until here the old parts are what a failed write is mended from.
  if ((await failedWrites()) > failedBefore) throw unfinished('the disk is full')
  await keepOldParts(client, 1)
  try {
    await until(async () => (await select(client, oldParts)).length === 0)
  } finally {
    await keepOldParts(client, oldPartsSeconds)
  }
  await execute(client, readSql('erasure_done'), { at })
}

/** As migration 0006 has it. */
const oldPartsSeconds = 120

const keepOldParts = (client: ClickHouseClient, seconds: number) => execute(client, `alter table events modify setting old_parts_lifetime = ${seconds}`)

const pollMs = 50
const patienceMs = 1_800_000

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await holds()); waitedMs += pollMs) {
    if (waitedMs > patienceMs) throw unfinished('the engine is still rewriting events or removing old parts')
    await delay(pollMs)
  }
}

export const unfinished = (why: string) => new WarehouseError('ERASURE_UNFINISHED', `An erasure is not complete: ${why}. Erase again to complete it.`)

/** `NOT_ENOUGH_SPACE`: the name that ends the engine's text, which itself may quote what is stored. */
const errorName = (text: string) => /\(([A-Z_]+)\)/.exec(text)?.[1] ?? 'unknown error'
