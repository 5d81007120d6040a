import { randomBytes } from 'node:crypto'
import { connectLedger, createLedger, migrateLedger } from '@kanalblick/consent'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Postgres, postgresMissing, startPostgres } from '../support/postgres.ts'
import { missing } from '../support/real-parts.ts'
import { ledgerContract } from './ledger.contract.ts'
import { subjectStoresContract } from './subject-stores.contract.ts'
import { subjectsContract } from './subjects.contract.ts'

const reason = missing(postgresMissing())

describe.skipIf(reason)(`ledger in PostgreSQL${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  ledgerContract(() => createDatabase(postgres.url))
  subjectsContract(() => createDatabase(postgres.url))
  subjectStoresContract(() => createDatabase(postgres.url))

  test.skipIf(process.env['DATABASE_URL'])('fails while the server is dead, and keeps what it acknowledged once the server is back', async () => {
    const { location, remove } = await createDatabase(postgres.url)
    const db = await connectLedger(location)
    await migrateLedger(db)
    const ledger = createLedger(db, { now: () => new Date(), newId: () => randomBytes(8).toString('hex') })
    await ledger.suppress(['v1:a'])
    await postgres.kill()
    await expect(ledger.suppressed(['v1:a'])).rejects.toThrow()
    await postgres.restart()
    expect(await ledger.suppressed(['v1:a'])).toEqual(new Map([['v1:a', null]]))
    await db.destroy()
    await remove()
  })
})
