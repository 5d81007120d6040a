/** The ledger's database: a SQLite file for one process on one machine, PostgreSQL beyond. All else is the same for both. */
import { CompiledQuery, Kysely, PostgresDialect, SqliteAdapter, type SqliteDatabase, SqliteDialect, sql } from 'kysely'
import Database from 'libsql'
import pg from 'pg'
import type { LedgerTables } from './tables.ts'

export type LedgerLocation = { readonly path: string } | { readonly url: string }

/** Opens the database; `destroy()` closes it. @throws LEDGER_UNUSABLE, LEDGER_UNREACHABLE */
export async function connectLedger(location: LedgerLocation): Promise<Kysely<LedgerTables>> {
  const db = 'path' in location ? openSqlite(location.path) : openPostgres(location.url)
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    await db.destroy()
    throw 'url' in location ? unreachable(location.url, error) : error
  }
  return db
}

/** The cause's message can quote the user; its code says enough. */
function unreachable(url: string, cause: unknown): Error {
  const { code } = cause as { code?: string }
  const message = `The ledger's PostgreSQL server at ${new URL(url).host} cannot be used (${code ?? 'no answer in time'}). Check the URL, the user and the server.`
  return Object.assign(new Error(message, { cause }), { code: 'LEDGER_UNREACHABLE' })
}

const sqlitePragmas = [
  'busy_timeout = 10000',
  'journal_mode = wal',
  // A consent that was acknowledged survives a power cut.
  'synchronous = full',
  // A deleted value is overwritten with zeros.
  'secure_delete = on',
  // Subjects are random texts, so a batch changes many pages: all of them are at hand (32 MB), and written back after some batches, not after each.
  'cache_size = -32000',
  'wal_autocheckpoint = 8000',
]

function openSqlite(path: string): Kysely<LedgerTables> {
  try {
    const database = new Database(path)
    for (const pragma of sqlitePragmas) database.pragma(pragma)
    return new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database: database as unknown as SqliteDatabase }) })
  } catch (cause) {
    const { code } = cause as { code?: string }
    const message = `The ledger ${path} cannot be opened (${code}). Check that it may be written to and is not damaged; else restore it from your backup.`
    throw Object.assign(new Error(message, { cause }), { code: 'LEDGER_UNUSABLE' })
  }
}

const connectTimeoutMs = 5_000
const statementTimeoutMs = 30_000

/** 64-bit numbers as numbers: sequences stay far below 2^53. */
const getTypeParser = ((oid, format) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser

function openPostgres(url: string): Kysely<LedgerTables> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    types: { getTypeParser },
  })
  // An idle connection that breaks is replaced; whoever needs one while the server is down gets the error.
  pool.on('error', () => undefined)
  return new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) })
}

const personalTables = ['consent_records', 'consent_current', 'subject_pseudonyms', 'subject_links', 'subject_orders', 'subject_requests']

/** Makes sure that deleted values are gone from the database's files, not only from its tables. */
export async function removeDeletedBytes(db: Kysely<LedgerTables>): Promise<void> {
  const statements =
    db.getExecutor().adapter instanceof SqliteAdapter
      ? // Pages hold remains of rows that were moved, and the write-ahead log old versions of pages: the file is written anew.
        ['vacuum', 'pragma wal_checkpoint(truncate)']
      : personalTables.map((table) => `vacuum ${table}`)
  for (const statement of statements) await db.executeQuery(CompiledQuery.raw(statement))
}
