/** Access and erasure of one person in the warehouse. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { Holding, Logger, SubjectKeys, SubjectRow, SubjectStore } from '@kanalblick/stream'
import { bookTypes } from './books.ts'
import type { Warehouse } from './connect.ts'
import { eraseListed, listErased, oldParts, unfinished, unfinishedDays, unfinishedRows } from './erasure.ts'
import { WarehouseError } from './errors.ts'
import { oneAtATime, refreshRollups } from './rollups.ts'
import { idsAtOnce, slices } from './slices.ts'
import { readSql, selectUnlogged } from './statements.ts'
import { type EventKey, findKeys, selectWithLists } from './subject-keys.ts'

export interface SubjectStoreOptions {
  readonly now: () => Date
  readonly logger: Logger
  /** Resolves once the sums of all days are as their events say. This process derives them, unless another one is to: two at once would not see each other's. */
  readonly refresh?: () => Promise<unknown>
}

/**
 * The person's rows are found by pseudonyms and order keys, and by the orders and sessions that those share (`subject-keys.ts`).
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
  const rows = { behaviour: 0, books: 0 }
  for (const some of slices(await findKeys(client, keys), idsAtOnce)) {
    const held = await selectUnlogged<{ what: 'behaviour' | 'books'; rows: number }>(client, ofKeys('subject_holdings'), {
      ...columns(some),
      book_types: bookTypes,
    })
    for (const one of held) rows[one.what] += one.rows
  }
  const held: Holding[] = [
    { what: 'behaviour', rows: rows.behaviour, onErasure: 'delete' },
    { what: 'books', rows: rows.books, onErasure: 'mask', reason: 'books_retention' },
  ]
  return held.filter(({ rows }) => rows > 0)
}

/** In pages: the embedded engine hands an answer over as a whole, and a person may have a million events. */
async function* readRows(client: ClickHouseClient, keys: SubjectKeys): AsyncGenerator<SubjectRow> {
  for (const page of pagesOf(await unquoted(() => findKeys(client, keys)))) {
    yield* await unquoted(() => selectUnlogged<SubjectRow>(client, ofKeys('subject_rows'), columns(page)))
  }
}

/** Whole days, so that the pages are in the order of times; of a day with more than a statement takes, parts. */
function pagesOf(keys: readonly EventKey[]): EventKey[][] {
  const pages: EventKey[][] = []
  for (let from = 0, to = 0; from < keys.length; from = to) {
    const furthest = Math.min(from + idsAtOnce, keys.length)
    to = furthest
    while (to > from && keys[to]?.day === keys[to - 1]?.day) to--
    if (to === from) to = furthest
    pages.push(keys.slice(from, to))
  }
  return pages
}

const ofKeys = (name: string) => readSql(name, { events: readSql('events_by_key') })

const columns = (keys: readonly EventKey[]) => ({
  days: keys.map(({ day }) => day),
  channels: keys.map(({ channel }) => channel),
  types: keys.map(({ type }) => type),
  ids: keys.map(({ event_id }) => event_id),
})

/** Rounds of an erasure; a later one finds what arrived during the one before. */
const rounds = 5

async function erase(warehouse: Warehouse, keys: SubjectKeys, now: () => Date): Promise<void> {
  const { client } = warehouse
  const at = () => now().toISOString().slice(0, -1).replace('T', ' ')
  for (let round = 0; round < rounds; round++) {
    await listErased(client, await findKeys(client, keys), at())
    const days = await unfinishedDays(client)
    if (days.length === 0) return
    await eraseListed(warehouse, days, at())
  }
  throw unfinished('events of the person keep arriving')
}

async function countRemaining(client: ClickHouseClient, { pseudonyms, orderKeys }: SubjectKeys): Promise<number> {
  const statement = readSql('subject_remaining', { unfinished: unfinishedRows, parts: oldParts })
  const [counted] = await selectWithLists<{ remaining: number }>(client, statement, { pseudonyms, order_keys: orderKeys })
  return counted?.remaining ?? 0
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
