import { randomBytes } from 'node:crypto'
import { connectLedger } from '@kanalblick/consent'
import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe } from 'vitest'
import { type Postgres, postgresMissing, startPostgres } from '../support/postgres.ts'
import { missing } from '../support/real-parts.ts'
import { accessContract } from './access.contract.ts'

const reason = missing(postgresMissing())

describe.skipIf(reason)(`signing in, with PostgreSQL${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  accessContract(async () => {
    const name = `access_${randomBytes(6).toString('hex')}`
    await administer(`create database ${name}`)
    const url = new URL(postgres.url)
    url.pathname = `/${name}`
    return { location: { url: url.href }, remove: () => administer(`drop database ${name} with (force)`) }
  })

  async function administer(statement: string) {
    const db = await connectLedger({ url: postgres.url })
    await db.executeQuery(CompiledQuery.raw(statement))
    await db.destroy()
  }
})
