/** The data map says what there is: every topic and table that really exists, with exactly its columns. */
import { join } from 'node:path'
import { readConfig } from '@kanalblick/app/config'
import { dataMap } from '@kanalblick/app/rights'
import { roles, wire } from '@kanalblick/app/wire'
import { connectLedger } from '@kanalblick/consent'
import { type Logger, topicNames } from '@kanalblick/stream'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../support/product.ts'

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
type Columns = Record<string, readonly string[]>

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let ledger: Columns
let warehouse: Columns
/** Of the records that lie in it. */
let topics: Columns

const occurring = [
  { type: 'order_placed', nativeId: '1', identifiers: [], context: {}, data: { order_id: '1', currency: 'EUR', total_net_minor: 1, items: [] } },
  { type: 'no_such_type', nativeId: '2', identifiers: [], context: {}, data: {} },
]

beforeAll(async () => {
  folder = await temporaryFolder()
  const app = await wire({ config: readConfig({ data: folder.path, env: {} }), roles, logger: silent })
  try {
    await app.collector?.accept(occurring, { channel: 'shop', channelInstance: 'shop:main', collector: 'file' })
    await app.drained()
    const { client } = app.warehouse as NonNullable<typeof app.warehouse>
    const query = 'select table, groupArray(name) as columns from system.columns where database = currentDatabase() group by table'
    const tables = await (await client.query({ query, format: 'JSONEachRow' })).json<{ table: string; columns: string[] }>()
    warehouse = Object.fromEntries(tables.map(({ table, columns }) => [table, columns.toSorted()]))
    topics = {}
    for (const topic of topicNames) {
      const names = new Set<string>()
      for await (const { records } of app.log.scan(topic))
        for (const { value } of records) for (const name of Object.keys(JSON.parse(Buffer.from(value).toString()) as object)) names.add(name)
      topics[topic] = [...names].toSorted()
    }
  } finally {
    await app.close()
  }
  const db = await connectLedger({ path: join(folder.path, 'ledger.sqlite') })
  const { rows } = await sql<{ table: string; column: string }>`
    select t.name as "table", c.name as "column" from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table'`.execute(db)
  ledger = {}
  for (const { table, column } of rows) ledger[table] = [...(ledger[table] ?? []), column].toSorted()
  await db.destroy()
})
afterAll(() => folder.remove())

const declared = () => dataMap().map(({ store, fields }): [string, readonly string[]] => [store, fields.map(({ name }) => name).toSorted()])

test('its tables are those of the ledger and of the warehouse, column by column', () => {
  const tables = declared().filter(([store]) => !(topicNames as readonly string[]).includes(store))
  expect(Object.fromEntries(tables)).toEqual({ ...ledger, ...warehouse })
})

test('its topics are those of the log, and every field that a record has is in it', () => {
  const known = new Map(declared().map(([store, fields]) => [store, new Set(fields.map((name) => name.split('.')[0]))]))
  expect(topicNames.filter((topic) => !known.has(topic))).toEqual([])
  expect(new Set(declared().map(([store]) => store)).size).toBe(dataMap().length)
  for (const topic of topicNames) expect([topic, topics[topic]?.filter((name) => !known.get(topic)?.has(name))]).toEqual([topic, []])
  const silentTopics = topicNames.filter((topic) => topics[topic]?.length === 0)
  expect(silentTopics).toEqual(['rejected.transform.v1', 'fates.transform.v1'])
})
