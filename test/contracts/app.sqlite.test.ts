import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { accessContract } from './access.contract.ts'
import { archiveContract } from './archive.contract.ts'

async function createDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'kanalblick-app-'))
  return { location: { path: join(folder, 'ledger.sqlite') }, remove: async () => rmSync(folder, { recursive: true }) }
}

describe('with a SQLite file', () => {
  describe('signing in', () => accessContract(createDatabase))
  describe('the archive of weekly reports', () => archiveContract(createDatabase))
})
