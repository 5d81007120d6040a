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
  const topics = await readSqlite(join(folder, 'log.sqlite'), (name) => (topicNames as readonly string[]).includes(name))
  const ledger = await readSqlite(join(folder, 'ledger.sqlite'), () => true)
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

const readSqlite = (path: string, wanted: (table: string) => boolean): Promise<Map<string, string[]>> =>
  withCopy(path, async (db) => {
    const { rows: tables } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(db)
    const found = new Map<string, string[]>()
    for (const { name } of tables.filter((table) => wanted(table.name))) {
      const { rows } = await sql<Record<string, unknown>>`select * from ${sql.id(name)} order by rowid`.execute(db)
      found.set(
        name,
        rows.map((row) => JSON.stringify(Object.values(row).map(toText))),
      )
    }
    return found
  })

function toText(value: unknown): unknown {
  if (!(value instanceof ArrayBuffer || value instanceof Uint8Array)) return value
  const text = Buffer.from(value as ArrayBuffer).toString('utf8')
  return openLetter(text) ?? text
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
