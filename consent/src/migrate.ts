import { readdirSync, readFileSync } from 'node:fs'
import { CompiledQuery, type Kysely, sql } from 'kysely'
import type { LedgerTables } from './tables.ts'

const folder = new URL('../migrations/', import.meta.url)

/** Brings the ledger's tables up to date: numbered, forward only, each in a transaction of its own. Several processes may do it at once. */
export async function migrateLedger(db: Kysely<LedgerTables>): Promise<void> {
  await createMigrationsTable(db)
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith('.sql')) continue
    const statements = readFileSync(new URL(name, folder), 'utf8').split(/;\s*\n/)
    await db.transaction().execute(async (transaction) => {
      // Waits for another process that applies the same migration; afterwards there is nothing left to do.
      const { numAffectedRows } = await sql`insert into ledger_migrations (name) values (${name}) on conflict do nothing`.execute(transaction)
      if (!numAffectedRows) return
      for (const statement of statements) if (statement.trim()) await transaction.executeQuery(CompiledQuery.raw(statement))
    })
  }
}

async function createMigrationsTable(db: Kysely<LedgerTables>): Promise<void> {
  const create = () => sql`create table if not exists ledger_migrations (name text primary key)`.execute(db)
  // PostgreSQL: of two that create the table in the same moment, one may fail. Then it is there.
  await create().catch(create)
}
