/** Brings the warehouse's tables up to date: numbered files, forward only, each statement safe to repeat. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Logger } from '@kanalblick/stream'
import type { Warehouse } from './connect.ts'
import { WarehouseError } from './errors.ts'
import { execute, insertRows, readSql, select } from './statements.ts'

interface Migration {
  readonly name: string
  readonly checksum: string
  readonly statements: readonly string[]
}

const folder = new URL('../migrations/', import.meta.url)

/** @throws WarehouseError `MIGRATION_CHANGED`, `WAREHOUSE_NEWER` */
export async function migrate({ client }: Warehouse, { logger }: { readonly logger: Logger }): Promise<void> {
  // Asked first: a full disk takes no new table, and must not keep a process from starting.
  const [known] = await select(client, "select name from system.tables where database = currentDatabase() and name = 'migrations'")
  if (!known) await execute(client, readSql('create_migrations'))
  const applied = await select<{ name: string; checksum: string }>(client, 'select name, checksum from migrations final')
  const migrations = readMigrations()
  checkApplied(migrations, applied)
  for (const { name, checksum, statements } of migrations) {
    if (applied.some((one) => one.name === name)) continue
    for (const statement of statements) await execute(client, statement)
    await insertRows(client, 'migrations', [{ name, checksum }])
    logger.info('warehouse migrated', { migration: name })
  }
}

function checkApplied(migrations: readonly Migration[], applied: readonly { name: string; checksum: string }[]): void {
  for (const { name, checksum } of applied) {
    const known = migrations.find((migration) => migration.name === name)
    if (!known) throw new WarehouseError('WAREHOUSE_NEWER', `Migration ${name} was applied by a newer version of the program. Start that version.`)
    if (known.checksum !== checksum) {
      throw new WarehouseError('MIGRATION_CHANGED', `Migration ${name} was applied and has changed since. Restore the file and put the change into a new one.`)
    }
  }
}

function readMigrations(): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return names.toSorted().map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    return { name, checksum: createHash('sha256').update(text).digest('hex'), statements: splitStatements(text) }
  })
}

const splitStatements = (text: string) =>
  text
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
