/** Access and erasure of one person in the warehouse. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { Holding, Logger, SubjectKeys, SubjectRow, SubjectStore } from '@kanalblick/stream'
import { bookTypes } from './books.ts'
import type { Warehouse } from './connect.ts'
import { eraseListed, oldParts, unfinished, unfinishedDays, unfinishedRows } from './erasure.ts'
import { WarehouseError } from './errors.ts'
import { oneAtATime, refreshRollups } from './rollups.ts'
import { idsAtOnce, slices } from './slices.ts'
import { type QueryParams, readSql, selectUnlogged } from './statements.ts'

export interface SubjectStoreOptions {
  readonly now: () => Date
  readonly logger: Logger
  /** Resolves once the sums of all days are as their events say. This process derives them, unless another one is to: two at once would not see each other's. */
  readonly refresh?: () => Promise<unknown>
}

/**
 * The person's rows are found by pseudonyms and order keys, and by the orders and sessions that those share (`sql/subject_found.sql`).
 * Events of behaviour are deleted, events of the books masked. Sums by day are derived anew.
 * @throws WarehouseError `SUBJECT_REQUEST_FAILED`, `ERASURE_UNFINISHED`; neither quotes anything of the person
 */
export function createSubjectStore(
  warehouse: Warehouse,
  { now, logger, refresh = () => refreshRollups(warehouse, { logger }) }: SubjectStoreOptions,
): SubjectStore {
  const { client } = warehouse
  return {
    name: 'events',
    holdings: (keys) => unquoted(() => readHoldings(client, keys)),
    rows: (keys) => readRows(client, keys),
    remaining: (keys) => unquoted(() => countRemaining(client, keys)),
    async erase(keys) {
      await unquoted(() => oneAtATime(warehouse, () => erase(warehouse, keys, now)))
      await refresh()
    },
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

async function erase(warehouse: Warehouse, keys: SubjectKeys, now: () => Date): Promise<void> {
  const { client } = warehouse
  const at = () => now().toISOString().slice(0, -1).replace('T', ' ')
  for (let round = 0; round < rounds; round++) {
    await ask(client, 'erasure_list', keys, { at: at() })
    const days = await unfinishedDays(client)
    if (days.length === 0) return
    await eraseListed(warehouse, days, at())
  }
  throw unfinished('events of the person keep arriving')
}

async function countRemaining(client: ClickHouseClient, keys: SubjectKeys): Promise<number> {
  const [counted] = await askOf<{ remaining: number }>(client, 'subject_remaining', keys, { orders: [], sessions: [] })
  return counted?.remaining ?? 0
}

const found = readSql('subject_found')
const sqlParts = { events: readSql('subject_events', { found }), found, unfinished: unfinishedRows, parts: oldParts }

/** What leads to a person's rows beside the keys: orders and sessions that other rows of the person name. */
interface Links {
  readonly orders: readonly string[]
  readonly sessions: readonly string[]
}

async function ask<Row>(client: ClickHouseClient, name: string, keys: SubjectKeys, more: QueryParams = {}): Promise<Row[]> {
  return askOf<Row>(client, name, keys, await findLinks(client, keys), more)
}

/** Twice: an order that was placed in a session without a pseudonym leads to its refund. Further links would be guesses. */
async function findLinks(client: ClickHouseClient, keys: SubjectKeys): Promise<Links> {
  let links: Links = { orders: [], sessions: [] }
  for (let round = 0; round < 2; round++) {
    const [next] = await askOf<Links>(client, 'subject_links', keys, links)
    links = next ?? links
  }
  return links
}

/** Keys in one parameter: a server refuses one of more than 128 KiB. */
const keysAtOnce = 1000

async function askOf<Row>(client: ClickHouseClient, name: string, keys: SubjectKeys, links: Links, more: QueryParams = {}): Promise<Row[]> {
  const lists = { pseudonyms: keys.pseudonyms, order_keys: keys.orderKeys, linked_orders: links.orders, linked_sessions: links.sessions }
  let query = readSql(name, sqlParts)
  let params: QueryParams = { book_types: bookTypes, ...more }
  for (const [list, keysOfList] of Object.entries(lists)) {
    const slices = keyLists(list, keysOfList)
    const placeholders = Object.keys(slices).map((param) => `{${param}:Array(String)}`)
    query = query.replaceAll(`{${list}:Array(String)}`, `arrayConcat(${placeholders.join(', ')})`)
    params = { ...params, ...slices }
  }
  return selectUnlogged<Row>(client, query, params)
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
