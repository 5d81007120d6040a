import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { expect, test } from 'vitest'
import { openEmbeddedLog } from './log.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {} }
const topic = 'events.consented.v1'

test('a log of the days when every record had a row of its own is read on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kanalblick-log-'))
  const path = join(directory, 'log.db')
  await openEmbeddedLog({ path, partitions: 1, logger }).close()
  const old = new Database(path)
  old.exec(`drop table "${topic}"`)
  old.exec(`create table "${topic}" (id integer primary key, appended_at integer not null, key blob not null, value blob not null)`)
  const insert = old.prepare(`insert into "${topic}" (id, appended_at, key, value) values (?, ?, ?, ?)`)
  for (const offset of [0, 1, 2]) insert.run(offset, Date.now(), Buffer.from(`key ${offset}`), Buffer.from(`value ${offset}`))
  old.close()

  const log = openEmbeddedLog({ path, logger })
  await log.append([3, 4].map((offset) => ({ topic, key: `key ${offset}`, value: Buffer.from(`value ${offset}`) })))
  const member = await log.join('group', [topic])
  const { records } = (await member.next()) ?? { records: [] }
  expect(records.map(({ offset, key, value }) => [offset, key, Buffer.from(value).toString()])).toEqual(
    [0, 1, 2, 3, 4].map((offset) => [offset, `key ${offset}`, `value ${offset}`]),
  )
  await log.close()
  rmSync(directory, { recursive: true })
})
