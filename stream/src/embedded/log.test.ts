import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Batch } from '../log.ts'
import { fromRecord } from '../records.ts'
import { openEmbeddedLog } from './log.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {} }
const topic = 'events.consented.v1'
let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kanalblick-log-'))
  path = join(directory, 'log.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

test('a log of the days when every record had a row of its own is read on', async () => {
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
})

describe('a reader', () => {
  const kilobytes = (count: number) => Array.from({ length: count }, (_, n) => ({ n, padding: 'x'.repeat(1000) }))
  const toRecords = (contents: readonly object[]) =>
    contents.map((content) => ({ topic, key: 'key', value: Buffer.from(JSON.stringify(content)), content }) as const)

  test('that keeps up is handed what the records were made from', async () => {
    const log = openEmbeddedLog({ path, logger })
    const member = await log.join('group', [topic])
    const contents = kilobytes(3)
    for (const some of [contents.slice(0, 1), contents.slice(1)]) {
      await log.append(toRecords(some))
      const batch = (await member.next()) as Batch
      for (const [n, { content }] of batch.records.entries()) expect(content).toBe(some[n])
      await member.advance(batch, [])
    }
    await log.close()
  })

  test('that falls behind reads the rest from the file, and keeps up again afterwards', async () => {
    const log = openEmbeddedLog({ path, logger })
    const member = await log.join('group', [topic])
    const contents = kilobytes(12_000)
    for (let from = 0; from < contents.length; from += 1000) await log.append(toRecords(contents.slice(from, from + 1000)))
    const read: unknown[] = []
    const fromMemory: boolean[] = []
    while ((await log.lag('group', [topic])) > 0) {
      const batch = (await member.next()) as Batch
      for (const record of batch.records) {
        read.push(fromRecord(record))
        fromMemory.push(record.content !== undefined)
      }
      await member.advance(batch, [])
    }
    expect(read).toEqual(contents)
    expect([fromMemory[0], fromMemory.at(-1)]).toEqual([true, false])
    await log.append(toRecords(kilobytes(1)))
    expect((await member.next())?.records.every(({ content }) => content !== undefined)).toBe(true)
    await log.close()
  })

  test('that stores is handed more at once than one that judges', async () => {
    const sizes: Record<string, number> = {}
    const log = openEmbeddedLog({ path, logger })
    for (const of of ['events.consented.v1', 'events.enriched.v1'] as const) {
      await log.append(Array.from({ length: 12_000 }, () => ({ topic: of, key: 'key', value: Buffer.from('1') })))
      sizes[of] = (await (await log.join(of, [of])).next())?.records.length ?? 0
    }
    expect(sizes).toEqual({ 'events.consented.v1': 5000, 'events.enriched.v1': 12_000 })
    await log.close()
  })

  test('is handed nothing of an append that failed', async () => {
    const log = openEmbeddedLog({ path, logger })
    const member = await log.join('group', [topic])
    const unknown = { topic: 'no.such.topic' as typeof topic, key: 'key', value: Buffer.from('1') }
    await expect(log.append([...toRecords(kilobytes(2)), unknown])).rejects.toThrow()
    const [content] = kilobytes(1)
    await log.append(toRecords([content as object]))
    expect((await member.next())?.records.map((record) => record.content)).toEqual([content])
    await log.close()
  })
})
