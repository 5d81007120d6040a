/** Access and erasure of one person in the warehouse. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { Holding, Logger, SubjectKeys, SubjectRow, SubjectStore } from '@kanalblick/stream'
import { bookTypes } from './books.ts'
import type { Warehouse } from './connect.ts'
import { eraseListed, oldParts, unfinished, unfinishedDays, unfinishedRows } from './erasure.ts'
import { WarehouseError } from './errors.ts'
import { idsAtOnce, slices } from './restatements.ts'
import { oneAtATime, refreshRollups } from './rollups.ts'
import { type QueryParams, readSql, selectUnlogged } from './statements.ts'

export interface SubjectStoreOptions {
  readonly now: () => Date
  readonly logger: Logger
}

/**
 * The person's rows are found by pseudonyms and order keys, and by the orders and sessions that those share (`sql/subject_events.sql`).
 * Events of behaviour are deleted, events of the books masked. Sums by day are derived anew.
 * @throws WarehouseError `SUBJECT_REQUEST_FAILED`, `ERASURE_UNFINISHED`; neither quotes anything of the person
 */
export function createSubjectStore(warehouse: Warehouse, { now, logger }: SubjectStoreOptions): SubjectStore {
  const { client } = warehouse
  return {
    name: 'events',
    holdings: (keys) => unquoted(() => readHoldings(client, keys)),
    rows: (keys) => readRows(client, keys),
    remaining: (keys) => unquoted(() => countRemaining(client, keys)),
    erase: (keys) =>
      unquoted(async () => {
        await oneAtATime(warehouse, () => erase(client, keys, now))
        await refreshRollups(warehouse, { logger })
      }),
  }
}

async function readHoldings(client: ClickHouseClient, keys: SubjectKeys): Promise<Holding[]> {
  const held = await ask<{ what: 'behaviour' | 'books'; rows: number }>(client, 'subject_holdings', keys)
  return held.map(({ what, rows }) => (what === 'books' ? { what, rows, onErasure: 'mask', reason: 'books_retention' } : { what, rows, onErasure: 'delete' }))
}

/** In pages: the embedded engine hands an answer over as a whole, and a person may have a million events. */
async function* readRows(client: ClickHouseClient, keys: SubjectKeys): AsyncGenerator<SubjectRow> {
  const order = await unquoted(() => ask<{ event_id: string; day: string }>(client, 'subject_order', keys))
  for (const page of slices(order, idsAtOnce)) {
    const params = { ids: page.map(({ event_id }) => event_id), days: [...new Set(page.map(({ day }) => day))] }
    yield* await unquoted(() => selectUnlogged<SubjectRow>(client, readSql('subject_rows'), params))
  }
}

/** Rounds of an erasure; a later one finds what arrived during the one before. */
const rounds = 5

async function erase(client: ClickHouseClient, keys: SubjectKeys, now: () => Date): Promise<void> {
  const at = () => now().toISOString().slice(0, -1).replace('T', ' ')
  for (let round = 0; round < rounds; round++) {
    await ask(client, 'erasure_list', keys, { at: at() })
    const days = await unfinishedDays(client)
    if (days.length === 0) return
    await eraseListed(client, days, at())
  }
  throw unfinished('events of the person keep arriving')
}

async function countRemaining(client: ClickHouseClient, keys: SubjectKeys): Promise<number> {
  const [counted] = await ask<{ remaining: number }>(client, 'subject_remaining', keys)
  return counted?.remaining ?? 0
}

const subjectEvents = readSql('subject_events')

function ask<Row>(client: ClickHouseClient, name: string, keys: SubjectKeys, more: QueryParams = {}): Promise<Row[]> {
  const { query, params } = ofSubject(name, keys)
  return selectUnlogged<Row>(client, query, { ...params, ...more })
}

/** Keys in one parameter: a server refuses one of more than 128 KiB. */
const keysAtOnce = 1000

function ofSubject(name: string, { pseudonyms, orderKeys }: SubjectKeys): { query: string; params: QueryParams } {
  const lists = { pseudonyms: keyLists('pseudonyms', pseudonyms), order_keys: keyLists('order_keys', orderKeys) }
  let query = readSql(name, { events: subjectEvents, unfinished: unfinishedRows, parts: oldParts })
  for (const [list, slices] of Object.entries(lists)) {
    const placeholders = Object.keys(slices).map((param) => `{${param}:Array(String)}`)
    query = query.replaceAll(`{${list}:Array(String)}`, `arrayConcat(${placeholders.join(', ')})`)
  }
  return { query, params: { ...lists.pseudonyms, ...lists.order_keys, book_types: bookTypes } }
}

/** An empty key would name everybody who has none. */
function keyLists(list: string, keys: readonly string[]): Record<string, readonly string[]> {
  const named = keys.filter((key) => key !== '')
  const lists = named.length > 0 ? slices(named, keysAtOnce) : [[]]
  return Object.fromEntries(lists.map((slice, n) => [`${list}_${n}`, slice]))
}

/** What the engine says of a failure may quote what it was asked: only its code goes on. */
async function unquoted<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WarehouseError) throw error
    const { code } = error as { code?: string }
    throw new WarehouseError('SUBJECT_REQUEST_FAILED', `A statement about one person failed (error ${code ?? 'without a code'}). Nothing of it is quoted here.`)
  }
}
