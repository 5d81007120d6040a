import { randomBytes } from 'node:crypto'
import { connectLedger, createLedger, migrateLedger } from '@kanalblick/consent'
import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Postgres, postgresMissing, startPostgres } from '../support/postgres.ts'
import { missing } from '../support/real-parts.ts'
import { ledgerContract } from './ledger.contract.ts'

const reason = missing(postgresMissing())

describe.skipIf(reason)(`ledger in PostgreSQL${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  /** A database of its own for every test. */
  async function createDatabase() {
    const name = `ledger_${randomBytes(6).toString('hex')}`
    await administer(`create database ${name}`)
    const url = new URL(postgres.url)
    url.pathname = `/${name}`
    return { location: { url: url.href }, remove: () => administer(`drop database ${name} with (force)`) }
  }
  async function administer(statement: string) {
    const db = await connectLedger({ url: postgres.url })
    await db.executeQuery(CompiledQuery.raw(statement))
    await db.destroy()
  }

  ledgerContract(createDatabase)

  test.skipIf(process.env['DATABASE_URL'])('fails while the server is dead, and keeps what it acknowledged once the server is back', async () => {
    const { location, remove } = await createDatabase()
    const db = await connectLedger(location)
    await migrateLedger(db)
    const ledger = createLedger(db, { now: () => new Date(), newId: () => randomBytes(8).toString('hex') })
    await ledger.suppress(['v1:a'])
    await postgres.kill()
    await expect(ledger.suppressed(['v1:a'])).rejects.toThrow()
    await postgres.restart()
    expect(await ledger.suppressed(['v1:a'])).toEqual(new Set(['v1:a']))
    await db.destroy()
    await remove()
  })
})
