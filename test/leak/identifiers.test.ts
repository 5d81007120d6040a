/** No identifier of a person reaches the analytics zone, a file, a log line or an export, whatever field it was sent in. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectWarehouse } from '@kanalblick/warehouse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askKanalblick, runKanalblick, startKanalblick, temporaryFolder } from '../support/product.ts'
import { leakyPipeline } from './leaky-pipeline.ts'
import { needlesOf, syntheticPeople } from './people.ts'
import { createScanner, scanFolder } from './scan.ts'
import { grantConsents, sendEverything } from './send.ts'

const people = syntheticPeople(2000)
const scanner = createScanner(needlesOf(people))

describe("2 000 people's identifiers, sent in twelve encodings through both collectors", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let data: string[]
  let output = ''

  beforeAll(async () => {
    folder = await temporaryFolder()
    data = ['--data', folder.path]
    const server = await startKanalblick(data, { env: { KANALBLICK_LOG_LEVEL: 'debug' } })
    const { key } = await askKanalblick<{ key: string }>(['keys', 'create', '--kind', 'write', '--channel', 'shop', '--instance', 'shop:main', ...data])
    const target = { url: server.url.replace(/\/$/, ''), key }
    await sendEverything(target, people, 'without')
    await grantConsents(target, people)
    await sendEverything(target, people, 'with')
    const audit = await askKanalblick<{ clean: boolean; totals: { stored: number; dropped: number } }>(['audit', ...data])
    expect(audit).toMatchObject({ clean: true })
    // Something must have passed, else finding nothing proves nothing.
    expect(audit.totals.stored).toBeGreaterThan(people.length * 20)
    const { stdout, stderr } = await server.stop()
    output = stdout + stderr
  }, 600_000)
  afterAll(() => folder.remove())

  test('are in no file of the data directory: topics, ledger, ClickHouse parts', { timeout: 300_000 }, async () => {
    expect(await scanFolder(scanner, folder.path)).toEqual({})
  })

  test('are in no row of any table, decompressed', { timeout: 300_000 }, async () => {
    const warehouse = await connectWarehouse({ path: join(folder.path, 'warehouse') })
    try {
      const tables = await (await warehouse.client.query({ query: 'show tables', format: 'JSONEachRow' })).json<{ name: string }>()
      expect(tables.length).toBeGreaterThan(5)
      for (const { name } of tables) {
        const rows = await (await warehouse.client.query({ query: `select * from ${name}`, format: 'JSONEachRow' })).text()
        expect([name, scanner.count(Buffer.from(rows))]).toEqual([name, 0])
      }
    } finally {
      await warehouse.close()
    }
  })

  test('are in no line that the server logged', () => {
    expect(scanner.count(Buffer.from(output))).toBe(0)
  })

  test('are in no export', { timeout: 120_000 }, async () => {
    const day = new Date().toISOString().slice(0, 10)
    const { stdout, stderr, code } = await runKanalblick([
      'query',
      '--metrics',
      'units,revenue_net',
      '--by',
      'product,category',
      '--from',
      day,
      '--to',
      day,
      ...data,
    ])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n').length).toBeGreaterThan(1)
    expect(scanner.count(Buffer.from(stdout))).toBe(0)
  })
})

test('the scan finds them when pseudonymisation is switched off', { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder()
  try {
    await leakyPipeline(folder.path, people.slice(0, 50))
    expect(Object.keys(await scanFolder(scanner, folder.path))).toContain('log.sqlite')
  } finally {
    await folder.remove()
  }
})

test('the scan finds each encoding of each person', async () => {
  const own = createScanner(needlesOf(people.slice(0, 20)))
  for (const needle of needlesOf(people.slice(0, 20))) expect(own.count(Buffer.from(`before ${needle} after`))).toBeGreaterThan(0)
  expect(own.count(await readFile(new URL(import.meta.url)))).toBe(0)
})
