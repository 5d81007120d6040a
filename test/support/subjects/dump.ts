/** Everything that a data directory holds, read without the product's search: all rows of all tables and topics, all bytes of all files. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectLedger } from '@kanalblick/consent'
import { topicNames } from '@kanalblick/stream'
import { connectWarehouse } from '@kanalblick/warehouse'
import { sql } from 'kysely'
import { readBytes } from './bytes.ts'

export interface Dump {
  /** By table or topic: each row as text. A dead letter holds its record opened. */
  readonly rows: ReadonlyMap<string, readonly string[]>
  /** Of tables that replace rows: the newest versions only. */
  readonly newest: ReadonlyMap<string, readonly string[]>
  /** In latin1. */
  readonly files: ReadonlyMap<string, string>
}

/** For a directory that no process has open. */
export async function dumpOf(folder: string): Promise<Dump> {
  const files = new Map<string, string>()
  for await (const { path, bytes } of readBytes(folder)) files.set(path, bytes.toString('latin1'))
  const topics = await readTables(join(folder, 'log.sqlite'), (name) => (topicNames as readonly string[]).includes(name), recordsIn)
  const ledger = await readTables(
    join(folder, 'ledger.sqlite'),
    () => true,
    (row) => [JSON.stringify(Object.values(row))],
  )
  const { rows, newest } = await readWarehouse(join(folder, 'warehouse'))
  return { rows: new Map([...topics, ...ledger, ...rows]), newest: new Map([...topics, ...ledger, ...newest]), files }
}

type Database = Awaited<ReturnType<typeof connectLedger>>

/** The driver gives a file back late: what is opened is a copy. */
async function withCopy<Result>(path: string, work: (db: Database, copy: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'kanalblick-copy-'))
  const copy = join(folder, 'copy.sqlite')
  await copyFile(path, copy)
  await copyFile(`${path}-wal`, `${copy}-wal`).catch(() => undefined)
  const db = await connectLedger({ path: copy })
  try {
    return await work(db, copy)
  } finally {
    await db.destroy()
    await rm(folder, { recursive: true })
  }
}

type Row = Readonly<Record<string, unknown>>

const readTables = (path: string, wanted: (table: string) => boolean, toTexts: (row: Row) => string[]): Promise<Map<string, string[]>> =>
  withCopy(path, async (db) => {
    const { rows: tables } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(db)
    const found = new Map<string, string[]>()
    for (const { name } of tables.filter((table) => wanted(table.name))) {
      const { rows } = await sql<Row>`select * from ${sql.id(name)} order by rowid`.execute(db)
      found.set(name, rows.flatMap(toTexts))
    }
    return found
  })

/** As place, time, key and value; of a record with many events each of them, under its own id. The place of an erased one is no row. */
function recordsIn(row: Row): string[] {
  const [id, records, value] = [Number(row['id']), Number(row['records']), Buffer.from(row['value'] as ArrayBuffer)]
  const toTexts = (n: number, key: string, content: string) =>
    key === '' && content === '\0'
      ? []
      : (eventsIn(content) ?? [[key, openLetter(content) ?? content]]).map((told) => JSON.stringify([id + n, row['appended_at'], ...told]))
  if (records === 1) return toTexts(0, Buffer.from(row['key'] as ArrayBuffer).toString(), value.toString())
  // Several records in one row: the lengths of each key and value, then each key and value.
  let at = 8 * records
  return Array.from({ length: records }, (_, n) => {
    const [keyEnd, end] = [at + value.readUInt32BE(8 * n), at + value.readUInt32BE(8 * n) + value.readUInt32BE(8 * n + 4)]
    const texts = toTexts(n, value.toString('utf8', at, keyEnd), value.toString('utf8', keyEnd, end))
    at = end
    return texts
  }).flat()
}

/** A value for each event in every column, or one for all. */
function eventsIn(content: string): [id: string, event: string][] | undefined {
  if (!/"subject_web":\[/.test(content)) return undefined
  const columns = JSON.parse(content) as Record<'id', string[]> & Record<string, unknown[]>
  return columns.id.map((id, n) => [
    id,
    JSON.stringify(Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.length === 1 ? column[0] : column[n]]))),
  ])
}

/** What a dead letter says, with the record that it holds. */
function openLetter(text: string): string | undefined {
  const record = /"record":"([A-Za-z0-9+/=]+)"/.exec(text)?.[1]
  return record && text.replace(record, Buffer.from(record, 'base64').toString('utf8'))
}

async function readWarehouse(path: string) {
  const warehouse = await connectWarehouse({ path })
  const lines = async (query: string) => (await (await warehouse.client.query({ query, format: 'JSONEachRow' })).text()).split('\n').filter(Boolean)
  try {
    const tables = (await lines("select name, engine from system.tables where database = currentDatabase() and engine like '%MergeTree'")).map(
      (line) => JSON.parse(line) as { name: string; engine: string },
    )
    const rows = new Map<string, string[]>()
    const newest = new Map<string, string[]>()
    for (const { name, engine } of tables) {
      rows.set(name, await lines(`select * from ${name}`))
      newest.set(name, (await lines(`select * from ${name}${engine === 'MergeTree' ? '' : ' final'}`)).toSorted())
    }
    return { rows, newest }
  } finally {
    await warehouse.close()
  }
}

/** Begins every consumer group anew: whatever the log still holds is processed again. */
export async function rewindGroups(folder: string): Promise<void> {
  const path = join(folder, 'log.sqlite')
  await withCopy(path, async (db, copy) => {
    await sql`update offsets set next_offset = 0`.execute(db)
    await sql`pragma wal_checkpoint(truncate)`.execute(db)
    await copyFile(copy, path)
    await rm(`${path}-wal`, { force: true })
  })
}
