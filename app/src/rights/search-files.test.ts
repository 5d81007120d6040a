import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { searchFiles } from './search-files.ts'
import { searchFilesApart } from './search-files-apart.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kanalblick-search-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const key = 'v1:web:0123456789abcdef0123456789abcdef'
const other = 'v1:web:ffff456789abcdef0123456789abcdef'

test('finds a key in any file below the folder, and no other', () => {
  mkdirSync(join(folder, 'deep/er'), { recursive: true })
  writeFileSync(join(folder, 'deep/er/one'), Buffer.concat([Buffer.of(0, 255, 1), Buffer.from(key), Buffer.of(0)]))
  writeFileSync(join(folder, 'two'), `${other} ${key} ${key}`)
  expect(searchFiles(folder, [key])).toBe(3)
  expect(searchFiles(folder, [key, other])).toBe(4)
  expect(searchFiles(folder, [])).toBe(0)
})

test.each([-60, -38, -32, -31, -7, -1, 0, 1, 31])('finds a key once, %i bytes from where a file is read in parts', (shift) => {
  writeFileSync(join(folder, 'file'), `${'x'.repeat(4 * 2 ** 20 + shift)}${key}${'x'.repeat(100)}`)
  expect(searchFiles(folder, [key])).toBe(1)
})

test('finds a key within a longer run of hexadecimal digits', () => {
  writeFileSync(join(folder, 'file'), `${'f'.repeat(100)}${key.slice(-32)}${'0'.repeat(100)}`)
  expect(searchFiles(folder, [key])).toBe(1)
})

test('searches apart wherever this process was started', async () => {
  writeFileSync(join(folder, 'file'), key)
  const started = process.cwd()
  process.chdir(folder)
  try {
    expect(await searchFilesApart(folder, [key])).toBe(1)
  } finally {
    process.chdir(started)
  }
})

test('leaves the locks of this process as they are, and finds the same', async () => {
  const path = join(folder, 'locked.sqlite')
  const holder = new Database(path)
  holder.exec(`create table keys (key text); insert into keys values ('${key}'); pragma locking_mode = exclusive; begin exclusive`)
  expect(await searchFilesApart(folder, [key])).toBe(1)
  const intruder = `
    const { default: Database } = await import('libsql')
    try { new Database(${JSON.stringify(path)}, { timeout: 0 }).exec('begin immediate'); console.log('let in') } catch ({ code }) { console.log(code) }`
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', intruder], { encoding: 'utf8', cwd: import.meta.dirname }).trim()).toBe('SQLITE_BUSY')
  holder.close()
})
