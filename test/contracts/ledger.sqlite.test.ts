import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectLedger, createSubjectIndex, createVault, migrateLedger } from '@kanalblick/consent'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { ledgerContract } from './ledger.contract.ts'
import { subjectStoresContract } from './subject-stores.contract.ts'
import { subjectsContract } from './subjects.contract.ts'

function createFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'kanalblick-ledger-'))
  return { folder, location: { path: join(folder, 'ledger.sqlite') }, remove: async () => rmSync(folder, { recursive: true }) }
}

describe('ledger in a SQLite file', () => {
  ledgerContract(async () => createFolder())
  subjectsContract(async () => createFolder())
  subjectStoresContract(async () => createFolder())

  test('survives a power cut and overwrites what is deleted', async () => {
    const { location, remove } = createFolder()
    const db = await connectLedger(location)
    const pragma = async (name: string) => Object.values((await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {})[0]
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('synchronous')).toBe(2)
    expect(await pragma('secure_delete')).toBe(1)
    await db.destroy()
    await remove()
  })

  test('leaves no byte of a forgotten pseudonym in its files', async () => {
    const { folder, location, remove } = createFolder()
    const db = await connectLedger(location)
    await migrateLedger(db)
    const vault = createVault(db, { now: () => new Date() })
    const others = Array.from({ length: 500 }, (_, i) => ({ subjectRef: `v1:other-${i}`, purpose: 'web_analytics' }) as const)
    await vault.pseudonyms(others)
    const [pseudonym = ''] = (await vault.pseudonyms([{ subjectRef: 'v1:somebody', purpose: 'web_analytics' }])).values()
    const traces = () => readdirSync(folder).filter((file) => [pseudonym, 'v1:somebody'].some((text) => readFileSync(join(folder, file)).includes(text)))
    expect(traces()).not.toEqual([])
    await vault.forget(['v1:somebody'])
    expect(traces()).toEqual([])
    expect((await vault.pseudonyms(others)).size).toBe(500)
    await db.destroy()
    await remove()
  })

  test('leaves no byte of links whose time is over in its files', async () => {
    const { folder, location, remove } = createFolder()
    const db = await connectLedger(location)
    await migrateLedger(db)
    const index = createSubjectIndex(db)
    const subjects = [
      { ref: 'v1:somebody', kind: 'email' },
      { ref: 'v1:her-telephone', kind: 'phone' },
    ] as const
    await index.remember([{ subjects, orderKey: null, at: '2025-08-01T00:00:00.000Z' }])
    const traces = () => readdirSync(folder).filter((file) => readFileSync(join(folder, file)).includes('v1:her-telephone'))
    expect(traces()).not.toEqual([])
    await index.forgetBefore('2025-09-30')
    expect(traces()).toEqual([])
    await db.destroy()
    await remove()
  })
})
