/** Under which keys of the table a person's rows are stored: found once by what names the person, read by the key from there on. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { SubjectKeys } from '@kanalblick/stream'
import { idsAtOnce, slices } from './slices.ts'
import { type QueryParams, readSql, selectUnlogged } from './statements.ts'

/** The key of the table. */
export interface EventKey {
  readonly event_id: string
  readonly day: string
  readonly channel: string
  readonly type: string
}

interface FoundRows {
  readonly day: string
  readonly channel: string
  readonly type: string
  readonly ids: readonly string[]
  readonly orders: readonly string[]
  readonly sessions: readonly string[]
}

/** An order that was placed in a session without a pseudonym leads to its refund. Further links would be guesses. */
const furthestLink = 2
/** Orders or sessions in one statement: ten times as many would take more memory than a statement may. */
const linksAtOnce = 10_000

/** All versions and tombstones of all events of the person, day by day. */
export async function findKeys(client: ClickHouseClient, { pseudonyms, orderKeys }: SubjectKeys): Promise<EventKey[]> {
  const found = foundKeys()
  const find = async (rows: string, lists: KeyLists) => found.add(await selectWithLists<FoundRows>(client, statement(rows), lists))
  await find('subject_named', { pseudonyms, order_keys: orderKeys })
  for (let link = 0; link < furthestLink; link++) {
    const { orders, sessions } = found.newLinks()
    for (const some of slices(orders, linksAtOnce)) await find('subject_of_orders', { pseudonyms, orders: some })
    for (const some of slices(sessions, linksAtOnce)) await find('subject_of_sessions', { sessions: some })
  }
  for (const some of slices(found.keys(), idsAtOnce)) {
    found.add(await selectUnlogged<FoundRows>(client, statement('subject_restated'), { ids: some.map(({ event_id }) => event_id) }))
  }
  return found.keys()
}

const statement = (rows: string) => readSql('subject_keys', { rows: readSql(rows) })

/** Ids stand below what is the same for many: a person may have a million events. */
function foundKeys() {
  const groups = new Map<string, Omit<EventKey, 'event_id'> & { readonly ids: Set<string> }>()
  const orders = new Set<string>()
  const sessions = new Set<string>()
  const taken = { orders: 0, sessions: 0 }
  return {
    add(rows: readonly FoundRows[]) {
      for (const { day, channel, type, ...row } of rows) {
        const name = JSON.stringify([day, channel, type])
        const group = groups.get(name) ?? { day, channel, type, ids: new Set() }
        groups.set(name, group)
        for (const id of row.ids) group.ids.add(id)
        for (const order of row.orders) orders.add(order)
        for (const session of row.sessions) sessions.add(session)
      }
    },
    /** Those that were found since the last time. */
    newLinks() {
      const links = { orders: [...orders].slice(taken.orders), sessions: [...sessions].slice(taken.sessions) }
      Object.assign(taken, { orders: orders.size, sessions: sessions.size })
      return links
    },
    /** By name: the day comes first. */
    keys: (): EventKey[] =>
      [...groups]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([, { ids, ...rest }]) => [...ids].toSorted().map((event_id) => ({ event_id, ...rest }))),
  }
}

/** Keys in one parameter: a server refuses one of more than 128 KiB. */
const keysAtOnce = 1000

type KeyLists = Readonly<Record<string, readonly string[]>>

/** `lists`: what the statement's parameters of type `Array(String)` hold, each as many parameters as it takes. */
export async function selectWithLists<Row>(client: ClickHouseClient, statement: string, lists: KeyLists): Promise<Row[]> {
  let query = statement
  let params: QueryParams = {}
  for (const [list, keys] of Object.entries(lists)) {
    const parts = keyLists(list, keys)
    const placeholders = Object.keys(parts).map((param) => `{${param}:Array(String)}`)
    query = query.replaceAll(`{${list}:Array(String)}`, `arrayConcat(${placeholders.join(', ')})`)
    params = { ...params, ...parts }
  }
  return selectUnlogged<Row>(client, query, params)
}

/** An empty key would name everybody who has none. */
function keyLists(list: string, keys: readonly string[]): Record<string, readonly string[]> {
  const named = keys.filter((key) => key !== '')
  const lists = named.length > 0 ? slices(named, keysAtOnce) : [[]]
  return Object.fromEntries(lists.map((slice, n) => [`${list}_${n}`, slice]))
}
