/** Access and erasure of one person in the scaled profile: over PostgreSQL, Kafka and ClickHouse, while the stages run in processes of their own. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import {
  type AccessManifest,
  connectLedger,
  consentConfig,
  createSubjectIndex,
  createSubjectOf,
  createVault,
  declaredLedgerTables,
  identify,
  keysOf,
  missingStores,
  openKeyring,
  type ShownRequest,
} from '@kanalblick/consent'
import { holdsPersons, type Identifier, type SubjectKeys, topicNames } from '@kanalblick/stream'
import { Kafka, logLevel } from 'kafkajs'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askKanalblick, runKanalblick, type Server, startKanalblick, temporaryFolder, until } from '../support/product.ts'
import { missing } from '../support/real-parts.ts'
import { masterKey, type ScaledStores, scaledMissing, startScaledStores } from '../support/scaled.ts'
import { unzip } from '../support/unzip.ts'

const reason = missing(scaledMissing())

const hourMs = 3_600_000
const email = { kind: 'email', value: 'erika.mustermann@postfach.example' } as const
const erika = [{ kind: 'customer', value: 'C-700123' }, email, { kind: 'device', value: 'device-of-erika-4711' }] as const
const max = [
  { kind: 'customer', value: 'C-700456' },
  { kind: 'email', value: 'max@postfach.example' },
  { kind: 'device', value: 'device-of-max-4712' },
] as const
type Customer = readonly Identifier[]

describe.skipIf(reason)(`the rights of a person, scaled out${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stores: ScaledStores
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let data: string[]
  let clickhouse: ClickHouseClient
  let servers: Server[] = []
  let key: string
  const startedMs = Date.now()

  const ask = <Answer>(...args: string[]) => askKanalblick<Answer>([...args, ...data], { env: stores.env })
  const start = (stages: string) => startKanalblick(['--stages', stages, ...data], { env: stores.env })
  const startStages = async () => {
    servers = await Promise.all(['ingest', 'consent,rights', 'transform', 'warehouse'].map(start))
  }
  const stopStages = () => Promise.all(servers.map((server) => server.stop()))

  beforeAll(async () => {
    folder = await temporaryFolder()
    data = ['--data', folder.path]
    stores = await startScaledStores('subject_test')
    const { url, username, password } = stores.clickhouse
    clickhouse = createClient({ url, username, password, database: stores.database })
    // One after the other the first time: they make the topics and tables.
    servers = [await start('ingest')]
    for (const stages of ['consent,rights', 'transform', 'warehouse']) servers.push(await start(stages))
    key = (await ask<{ key: string }>('keys', 'create', '--kind', 'write', '--channel', 'shop', '--instance', 'shop:main')).key
    await seed(erika, 'E')
    await seed(max, 'M')
    expect(await audited()).toEqual([])
  }, 240_000)
  afterAll(async () => {
    await stopStages()
    await clickhouse.close()
    await stores.stop()
    await folder.remove()
  }, 120_000)

  const post = async (path: string, type: string, body: unknown) => {
    const response = await fetch(new URL(path, servers[0]?.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': type },
      body: JSON.stringify(body),
    })
    expect(response.status, await response.text()).toBeLessThan(300)
  }
  const send = (...events: object[]) => post('/v1/events', 'application/cloudevents-batch+json', events)

  /** Consents, page views, an order with a refund that names nobody, an order without any consent, and one that no stage understands. */
  async function seed(person: Customer, name: string): Promise<void> {
    const [customer, address, device] = person as readonly [Identifier, Identifier, Identifier]
    await post('/v1/consents', 'application/json', {
      identifiers: [customer, device],
      decisions: [{ purpose: 'web_analytics', state: 'granted' }],
      notice: { version: '2026-01' },
      mechanism: 'click_accept',
      language: 'de',
      jurisdiction: 'DE',
      event_time: new Date().toISOString(),
    })
    const session = { session_id: `session-${name}` }
    await send(
      event('page_viewed', `${name}-1`, { url_path: '/produkt', identifiers: [device], context: session }),
      event('order_placed', `${name}-2`, { ...order(`A-${name}`), identifiers: [customer, device], context: session }),
      event('refund_issued', `${name}-3`, { ...order(`A-${name}`), refund_id: `R-${name}`, total_net_minor: 300 }),
      event('order_placed', `${name}-4`, { ...order(`B-${name}`), identifiers: [customer, address] }),
      event('order_placed', `${name}-5`, { ...order(`C-${name}`), currency: 'none', identifiers: [customer] }),
    )
  }

  /** Waits until all that was sent is stored. */
  const audited = async () => (await ask<{ findings: unknown[] }>('audit')).findings
  const numbers = async () => {
    const from = new Date(startedMs - 24 * hourMs).toISOString().slice(0, 10)
    const to = new Date(Date.now() + 24 * hourMs).toISOString().slice(0, 10)
    return (await ask<{ rows: Record<string, unknown>[] }>('query', '--metrics', 'revenue_gross,orders,refunds', '--from', from, '--to', to)).rows
  }
  const eventsNamed = async ({ pseudonyms, orderKeys }: SubjectKeys) => {
    const query =
      'select * except (insert_id) from events final where subject_web in {pseudonyms:Array(String)} or order_key in {orderKeys:Array(String)} order by event_id'
    return (await clickhouse.query({ query, query_params: { pseudonyms, orderKeys }, format: 'JSONEachRow' })).json()
  }

  test('reaches every store, leaves others as they were, and outlasts a replay of the topics', { timeout: 600_000 }, async () => {
    const [ofErika, ofMax] = [await keysOfPerson(email), await keysOfPerson(max[0])]
    expect([ofErika.refs, ofErika.orderKeys].map(({ length }) => length)).toEqual([3, 3])
    const maxBefore = await eventsNamed(ofMax)
    const numbersBefore = await numbers()
    expect(await eventsNamed(ofErika)).toHaveLength(4)
    expect(maxBefore).toHaveLength(4)
    expect(Object.keys(await rowsInClickHouse(ofErika))).toContain('events')
    expect(Object.keys(await rowsInPostgres(ofErika))).toEqual(
      expect.arrayContaining(['consent_current', 'consent_records', 'subject_links', 'subject_orders', 'subject_pseudonyms']),
    )

    // Access: named by the address alone, found whole.
    const out = join(folder.path, 'access.zip')
    const answered = await ask<ShownRequest>('subject', 'access', '--email', email.value, '--out', out)
    expect(answered).toMatchObject({ status: 'fulfilled', proof: { ambiguous: [], identifiers: { customer: 1, email: 1, device: 1 } } })
    const files = unzip(await readFile(out))
    const manifest = JSON.parse(String(files.get('manifest.json'))) as AccessManifest
    expect(missingStores(storesOfPersons(), manifest)).toEqual([])
    const rowsIn = (store: string) => {
      const { json = '' } = manifest.stores.find((one) => one.store === store) ?? {}
      return manifest.files.find(({ path }) => path === json)?.rows
    }
    expect(['events', 'events.collected.v1', 'events.consented.v1', 'rejected.consent.v1', 'subject_orders'].map(rowsIn)).toEqual([4, 4, 4, 1, 5])
    const everything = Buffer.concat([...files.values()]).toString('latin1')
    for (const foreign of [...max.map(({ value }) => value), ...ofMax.refs, ...ofMax.pseudonyms, ...ofMax.orderKeys]) expect(everything).not.toContain(foreign)

    // Erasure, by a process of its own beside the servers.
    const erased = await ask<ShownRequest>('subject', 'erase', '--email', email.value)
    expect(erased).toMatchObject({ status: 'fulfilled', proof: { identifiers: { customer: 1, email: 1, device: 1 }, remaining: 0 } })
    const expiring = erased.proof?.found.flatMap(({ store, holdings }) => holdings.filter(({ until }) => until).map((holding) => ({ store, ...holding }))) ?? []
    expect(expiring.map(({ store, onErasure, reason }) => `${store} ${onErasure} ${reason}`).toSorted()).toEqual([
      'events.collected.v1 expire key_expiry',
      'events.consented.v1 expire topic_retention',
      'events.enriched.v1 expire topic_retention',
      'rejected.consent.v1 expire key_expiry',
    ])
    for (const { store, until = '' } of expiring) {
      const retentionMs = (/collected|rejected/.test(store) ? 72 : 7 * 24) * hourMs
      expect(Date.parse(until) - retentionMs).toBeGreaterThan(startedMs)
      expect(Date.parse(until) - retentionMs).toBeLessThan(Date.now())
    }
    const expectGone = async () => {
      expect([await rowsInClickHouse(ofErika), await rowsInPostgres(ofErika)]).toEqual([{}, {}])
      expect(await audited()).toEqual([])
      expect(await eventsNamed(ofMax)).toEqual(maxBefore)
      expect(await keysOfPerson(max[0])).toEqual(ofMax)
    }
    await expectGone()
    expect(await numbers()).toEqual(numbersBefore)

    // Everything is read again from the beginning.
    await stopStages()
    await forgetOffsets(stores.kafka.brokers)
    await startStages()
    await expectGone()
    expect(await numbers()).toEqual(numbersBefore)

    // What comes later stays without them, too.
    await send(event('order_placed', 'E-6', { ...order('D-E'), identifiers: erika }), event('refund_issued', 'E-7', { ...order('B-E'), refund_id: 'R-B' }))
    await expectGone()
    expect(await numbers()).not.toEqual(numbersBefore)
  })

  test('is answered over HTTP by a server with the role, and by no other', { timeout: 120_000 }, async () => {
    const { key: privacyKey } = await ask<{ key: string }>('keys', 'create', '--kind', 'privacy')
    const call = (server: Server | undefined, path: string, body?: unknown) =>
      fetch(new URL(path, server?.url), {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${privacyKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    const [ingest, rights] = servers
    expect((await call(ingest, '/v1/requests')).status).toBe(404)
    const opened = await call(rights, '/v1/requests', { type: 'access', identifiers: [max[1]], verification: 'signed_in' })
    expect(opened.status).toBe(201)
    const { request_id } = (await opened.json()) as ShownRequest
    const shown = async () => (await (await call(rights, `/v1/requests/${request_id}`)).json()) as ShownRequest
    await until(async () => (await shown()).status === 'fulfilled', 'the request is fulfilled')
    const answer = await call(rights, `/v1/requests/${request_id}/package`)
    expect(answer.headers.get('content-type')).toBe('application/zip')
    expect([...unzip(Buffer.from(await answer.arrayBuffer())).keys()]).toContain('manifest.json')
    const listed = await runKanalblick(['subject', 'list', ...data], { env: stores.env })
    expect(listed.stdout.split('\n').filter((line) => line.includes('fulfilled'))).toHaveLength(3)
    for (const { value } of [...erika, ...max]) expect(listed.stdout).not.toContain(value)
  })

  /** As the product names the person in its stores. */
  async function keysOfPerson(named: Identifier): Promise<SubjectKeys> {
    const now = () => new Date()
    const db = await connectLedger({ url: stores.postgres.url })
    const keyring = openKeyring({ directory: join(folder.path, 'keys'), masterKey, now })
    const config = consentConfig.parse({})
    const index = createSubjectIndex(db)
    const { identifiers } = await identify([createSubjectOf(keyring, config)(named)], index)
    const keys = await keysOf(identifiers, { index, vault: createVault(db, { now }), keyring, config, now })
    await db.destroy()
    return { ...keys, refs: keys.refs.toSorted() }
  }

  /** In how many rows of which tables any of the keys stands in any column, deleted rows that still lie there included. */
  async function rowsInClickHouse({ refs, pseudonyms, orderKeys }: SubjectKeys): Promise<Record<string, number>> {
    const tables = await (
      await clickhouse.query({ query: "select name from system.tables where database = currentDatabase() and engine like '%MergeTree'", format: 'JSONEachRow' })
    ).json<{ name: string }>()
    const found: Record<string, number> = {}
    for (const { name } of tables) {
      const query = `select count() as rows from (select formatRowNoNewline('JSONEachRow', *) as line from ${name}) where arrayExists(key -> position(line, key) > 0, {keys:Array(String)}) settings apply_deleted_mask = 0`
      const result = await clickhouse.query({ query, query_params: { keys: [...refs, ...pseudonyms, ...orderKeys] }, format: 'JSONEachRow' })
      const [counted] = await result.json<{ rows: string }>()
      if (Number(counted?.rows) > 0) found[name] = Number(counted?.rows)
    }
    return found
  }

  /** The same in PostgreSQL. The suppression list is kept, and keeps references. */
  async function rowsInPostgres({ refs, pseudonyms, orderKeys }: SubjectKeys): Promise<Record<string, number>> {
    const db = await connectLedger({ url: stores.postgres.url })
    const { rows: tables } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(db)
    const found: Record<string, number> = {}
    for (const { name } of tables) {
      const keys = [...(name === 'suppressed_subjects' ? [] : refs), ...pseudonyms, ...orderKeys].map((text) => `%${text}%`)
      const { rows } = await sql<{ rows: number }>`select count(*)::int as rows from ${sql.table(name)} as t where t::text like any(${keys}::text[])`.execute(
        db,
      )
      if (rows[0]?.rows) found[name] = rows[0].rows
    }
    await db.destroy()
    return found
  }
})

const event = (type: string, id: string, data: object) => ({ specversion: '1.0', id, source: 'test', type, time: new Date().toISOString(), data })
const order = (order_id: string) => ({
  order_id,
  currency: 'EUR',
  total_net_minor: 1000,
  items: [{ sku: 'mug', quantity: 1, line_net_minor: 1000 }],
})

const storesOfPersons = () => [
  ...declaredLedgerTables()
    .filter(holdsPersons)
    .map(({ store }) => store),
  ...topicNames.filter((name) => !name.startsWith('fates.')),
  'events',
]

/** Nobody may be reading. The groups begin at the beginning then. */
async function forgetOffsets(brokers: string): Promise<void> {
  const admin = new Kafka({ clientId: 'replay', brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const groupIds = ['consent', 'transform', 'warehouse'].map((stage) => `kanalblick.${stage}`)
  await until(async () => {
    const there = new Set((await admin.listGroups()).groups.map(({ groupId }) => groupId))
    const left = groupIds.filter((groupId) => there.has(groupId))
    if (left.length > 0) await admin.deleteGroups(left).catch(() => undefined)
    return left.length === 0
  }, 'the groups are gone')
  await admin.disconnect()
}
