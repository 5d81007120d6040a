import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { accessContract } from './access.contract.ts'

describe('signing in, with a SQLite file', () => {
  accessContract(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kanalblick-access-'))
    return { location: { path: join(folder, 'ledger.sqlite') }, remove: async () => rmSync(folder, { recursive: true }) }
  })
})
