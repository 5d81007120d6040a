import { afterAll, beforeAll, describe } from 'vitest'
import { createDatabase, type Postgres, postgresMissing, startPostgres } from '../support/postgres.ts'
import { missing } from '../support/real-parts.ts'
import { accessContract } from './access.contract.ts'
import { archiveContract } from './archive.contract.ts'

const reason = missing(postgresMissing())

describe.skipIf(reason)(`with PostgreSQL${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  describe('signing in', () => accessContract(() => createDatabase(postgres.url)))
  describe('the archive of weekly reports', () => archiveContract(() => createDatabase(postgres.url)))
})
