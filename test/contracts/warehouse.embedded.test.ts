import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { audit, connectWarehouse, createSubjectStore, createWarehouseStage, migrate, refreshRollups, type Warehouse } from '@kanalblick/warehouse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventBatch, fateBatch, recordingLogger, season, uuidsFrom } from './warehouse/events.ts'
import { keys, needle, others, person } from './warehouse/person.ts'
import { warehouseContract } from './warehouse.contract.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'warehouse-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

warehouseContract({
  name: 'the embedded engine',
  prepare: async () => ({ path: join(directory, 'contract') }),
  dispose: async () => undefined,
})

describe('embedded warehouse', () => {
  const logger = recordingLogger()

  test('has the tables that schema.sql says', async () => {
    const file = new URL('../../warehouse/schema.sql', import.meta.url)
    const schema = await withWarehouse('schema', dumpSchema)
    if (process.env['UPDATE_SCHEMA']) await writeFile(file, schema)
    expect(schema, 'run this test with UPDATE_SCHEMA=1 to rewrite warehouse/schema.sql').toBe(await readFile(file, 'utf8'))
  })

  test('says that another process has the directory open', async () => {
    const path = join(directory, 'shared')
    const child = startChild(path)
    try {
      await child.reached('insert', 1)
      await expect(connectWarehouse({ path })).rejects.toMatchObject({ code: 'WAREHOUSE_IN_USE' })
    } finally {
      await child.kill()
    }
  })

  test('says that a path is no directory', async () => {
    const path = join(directory, 'file')
    await writeFile(path, 'not a directory')
    await expect(connectWarehouse({ path })).rejects.toMatchObject({ code: 'WAREHOUSE_UNREADABLE' })
  })

  test('keeps its books after kill -9 in the middle of migrations, inserts and refreshes', async () => {
    const path = join(directory, 'killed')
    const kills = [
      ['migrate', 1],
      ['insert', 1],
      ['insert', 2],
      ['refresh', 1],
      ['insert', 6],
      ['refresh', 2],
      ['refresh', 5],
      ['insert', 11],
    ] as const
    for (const [step, times] of kills) {
      const child = startChild(path)
      await child.reached(step, times)
      await child.kill()
    }
    await withWarehouse('killed', async (warehouse) => {
      const stage = createWarehouseStage({ warehouse, newId: uuidsFrom('after'), logger })
      const events = season(4000)
      await stage.process(fateBatch('consent', events))
      const beforeReplay = await audit(warehouse)
      expect(beforeReplay.findings.filter(({ check }) => check === 'unaccepted' || check === 'duplicated' || check === 'rollup')).toEqual([])
      await stage.process(eventBatch(events))
      await refreshRollups(warehouse, { logger })
      expect(await audit(warehouse)).toMatchObject({ clean: true, totals: { accepted: 4000, stored: 4000, lost: 0 } })
    })
  })

  test.each(['list', 'book', 'mark', 'rewrite', 'wait', 'remove', 'refresh'])('completes an erasure after kill -9 at the step: %s', async (step) => {
    const path = join(directory, `erasing-${step}`)
    const child = startChild(path, 'erasure-crash')
    await child.reached(step, 1)
    await child.kill()
    await withWarehouse(`erasing-${step}`, async (warehouse) => {
      await refreshRollups(warehouse, { logger })
      const subject = createSubjectStore(warehouse, { now: () => new Date(), logger })
      await subject.erase(keys)
      expect(await subject.remaining(keys)).toBe(0)
      expect(await audit(warehouse)).toMatchObject({ clean: true, totals: { accepted: others.length + person.length, deleted: 4 } })
    })
  })

  test('leaves no byte of an erased person in any file', async () => {
    const path = join(directory, 'bytes')
    const filesWithNeedles = async () => {
      const files = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
      const contents = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1').catch(() => '')))
      return contents.filter((content) => content.includes(needle)).length
    }
    await withWarehouse('bytes', async (warehouse) => {
      // Uncompressed, so that a search of the files sees every value.
      const columns = ['subject_web', 'subject_ads', 'subject_profile', 'session_key', 'order_key', 'utm_campaign']
      for (const column of columns) await warehouse.client.command({ query: `alter table events modify column ${column} String codec(NONE)` })
      await createWarehouseStage({ warehouse, newId: uuidsFrom('bytes'), logger }).process(eventBatch(person))
      const subject = createSubjectStore(warehouse, { now: () => new Date(), logger })
      expect(await filesWithNeedles()).toBeGreaterThan(0)
      expect(await subject.remaining(keys)).toBeGreaterThan(0)
      await subject.erase(keys)
      expect(await filesWithNeedles()).toBe(0)
    })
    expect(await filesWithNeedles()).toBe(0)
  })

  async function withWarehouse<Value>(name: string, use: (warehouse: Warehouse) => Promise<Value>): Promise<Value> {
    const warehouse = await connectWarehouse({ path: join(directory, name) })
    try {
      await migrate(warehouse, { logger })
      return await use(warehouse)
    } finally {
      await warehouse.close()
    }
  }
})

function startChild(path: string, name = 'crash') {
  const program = fileURLToPath(new URL(`../dist/contracts/warehouse/${name}.js`, import.meta.url))
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    /** Resolves when the child says for the given time that it begins a step. */
    async reached(step: string, times: number): Promise<void> {
      for (let seen = 0; seen < times; ) {
        const { value, done } = await lines.next()
        if (done) throw new Error(`The child ended before it reached ${step}.`)
        if (value === step) seen++
      }
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Every table as the engine states it, without the database's name. */
async function dumpSchema({ client }: Warehouse): Promise<string> {
  const tables = await client.query({
    query: "select replaceOne(create_table_query, concat(database, '.'), '') as statement from system.tables where database = currentDatabase() order by name",
    format: 'JSONEachRow',
  })
  const statements = await tables.json<{ statement: string }>()
  const formatted = await Promise.all(statements.map(({ statement }) => formatStatement(client, statement)))
  return formatted.join('')
}

async function formatStatement(client: Warehouse['client'], statement: string): Promise<string> {
  const result = await client.query({ query: 'select formatQuery({statement:String}) as text', query_params: { statement }, format: 'JSONEachRow' })
  const [row] = await result.json<{ text: string }>()
  return `${row?.text};\n\n`
}
