/**
 * What leads from a person to their data: which identifiers came together, and whose order is which. Without it, a request that names an
 * e-mail address would miss what is stored under the customer number, and every order that was placed without consent.
 */
import type { IdentifierKind } from '@kanalblick/stream'
import { type Kysely, sql } from 'kysely'
import { chunked, rowsFrom } from './chunk.ts'
import { removeDeletedBytes } from './connect.ts'
import type { Subject } from './subject.ts'
import type { LedgerTables } from './tables.ts'

type Named = Pick<Subject, 'ref' | 'kind'>

/** One event, or one consent: whom it names, and which order it is about. */
export interface Sighting {
  readonly subjects: readonly Named[]
  readonly orderKey: string | null
  /** ISO 8601: when it was received. */
  readonly at: string
}

export interface Link {
  readonly ref: string
  readonly kind: IdentifierKind
  readonly linkedRef: string
  readonly linkedKind: IdentifierKind
}

export interface SubjectIndex {
  /** Seen again, it costs nothing. Processes may do it at once. */
  remember(sightings: readonly Sighting[]): Promise<void>
  /** All links of these subjects. */
  links(refs: readonly string[]): Promise<Link[]>
  orderKeys(refs: readonly string[]): Promise<string[]>
  /** Whom each of these orders came together with. */
  holders(orderKeys: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
  /** Deletes every trace of these subjects and of these orders, whoever else they came together with, from the files too. */
  forget(refs: readonly string[], orderKeys?: readonly string[]): Promise<void>
  /** Deletes what was last seen before the month of this day (`yyyy-MM-dd`). */
  forgetBefore(day: string): Promise<void>
}

/** Remembered in memory, so that what comes again and again asks the database once: some 20 MB. */
const knownLimit = 100_000

export function createSubjectIndex(db: Kysely<LedgerTables>): SubjectIndex {
  const known = new Set<string>()
  const isNew = (place: string) => {
    if (known.has(place)) return false
    if (known.size >= knownLimit) known.clear()
    known.add(place)
    return true
  }

  return {
    async remember(sightings) {
      const { links, orders } = rowsOf(sightings, isNew)
      if (links.length === 0 && orders.length === 0) return
      try {
        await db.transaction().execute(async (transaction) => {
          if (links.length > 0) await insertLinks(transaction, links)
          if (orders.length > 0) await insertOrders(transaction, orders)
        })
      } catch (error) {
        known.clear()
        throw error
      }
    },
    async links(refs) {
      const found: Link[] = []
      for (const some of chunked(refs)) {
        const rows = await db.selectFrom('subject_links').selectAll().where('subject_ref', 'in', some).orderBy('subject_ref').orderBy('linked_ref').execute()
        found.push(...rows.map((row) => ({ ref: row.subject_ref, kind: row.kind, linkedRef: row.linked_ref, linkedKind: row.linked_kind })))
      }
      return found
    },
    async orderKeys(refs) {
      const keys = new Set<string>()
      for (const some of chunked(refs)) {
        const rows = await db.selectFrom('subject_orders').select('order_key').where('subject_ref', 'in', some).execute()
        for (const { order_key } of rows) keys.add(order_key)
      }
      return [...keys].toSorted()
    },
    async holders(orderKeys) {
      const holders = new Map<string, string[]>()
      for (const some of chunked(orderKeys)) {
        const rows = await db.selectFrom('subject_orders').select(['subject_ref', 'order_key']).where('order_key', 'in', some).execute()
        for (const { subject_ref, order_key } of rows) holders.set(order_key, [...(holders.get(order_key) ?? []), subject_ref])
      }
      return holders
    },
    async forget(refs, orderKeys = []) {
      for (const some of chunked(orderKeys)) await db.deleteFrom('subject_orders').where('order_key', 'in', some).execute()
      for (const some of chunked(refs)) {
        const linked = await db.selectFrom('subject_links').select('linked_ref').where('subject_ref', 'in', some).execute()
        for (const others of chunked(linked.map(({ linked_ref }) => linked_ref)))
          await db.deleteFrom('subject_links').where('subject_ref', 'in', others).where('linked_ref', 'in', some).execute()
        await db.deleteFrom('subject_links').where('subject_ref', 'in', some).execute()
        await db.deleteFrom('subject_orders').where('subject_ref', 'in', some).execute()
      }
      known.clear()
      await removeDeletedBytes(db)
    },
    async forgetBefore(day) {
      let forgotten = 0n
      for (const table of ['subject_links', 'subject_orders'] as const) {
        const { numDeletedRows } = await db.deleteFrom(table).where('month', '<', day.slice(0, 7)).executeTakeFirst()
        forgotten += numDeletedRows
      }
      // Once a month.
      if (forgotten > 0n) await removeDeletedBytes(db)
    },
  }
}

// What is read again is older: the month never goes back.

const insertLinks = (db: Kysely<LedgerTables>, links: readonly LedgerTables['subject_links'][]) =>
  sql`
    insert into subject_links (subject_ref, kind, linked_ref, linked_kind, month)
    ${rowsFrom(db, ['subject_ref', 'kind', 'linked_ref', 'linked_kind', 'month'], links)}
    on conflict (subject_ref, linked_ref) do update set month = excluded.month where excluded.month > subject_links.month`.execute(db)

const insertOrders = (db: Kysely<LedgerTables>, orders: readonly LedgerTables['subject_orders'][]) =>
  sql`
    insert into subject_orders (subject_ref, order_key, month)
    ${rowsFrom(db, ['subject_ref', 'order_key', 'month'], orders)}
    on conflict (subject_ref, order_key) do update set month = excluded.month where excluded.month > subject_orders.month`.execute(db)

function rowsOf(sightings: readonly Sighting[], isNew: (place: string) => boolean) {
  const links: LedgerTables['subject_links'][] = []
  const orders: LedgerTables['subject_orders'][] = []
  for (const { subjects, orderKey, at } of sightings) {
    const month = at.slice(0, 7)
    for (const { ref, kind } of subjects) {
      for (const other of subjects) {
        if (other.ref !== ref && isNew(`${ref} ${other.ref} ${month}`))
          links.push({ subject_ref: ref, kind, linked_ref: other.ref, linked_kind: other.kind, month })
      }
      if (orderKey !== null && isNew(`${ref} ${orderKey} ${month}`)) orders.push({ subject_ref: ref, order_key: orderKey, month })
    }
  }
  // One statement must not name a row twice.
  return {
    links: lastOf(links, (row) => `${row.subject_ref} ${row.linked_ref}`),
    orders: lastOf(orders, (row) => `${row.subject_ref} ${row.order_key}`),
  }
}

/** In one order everywhere, so that two processes never wait for each other. */
const lastOf = <Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] =>
  [...new Map(rows.map((row) => [keyOf(row), row])).entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
