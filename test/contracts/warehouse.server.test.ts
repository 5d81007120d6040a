import { EventEmitter, on, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { audit, connectWarehouse, createWarehouseStage, migrate, refreshRollups, type Warehouse } from '@kanalblick/warehouse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts'
import { enriched, eventBatch, fateBatch, recordingLogger, season, uuidsFrom } from './warehouse/events.ts'
import { warehouseContract } from './warehouse.contract.ts'

let server: ClickHouseServer
const logger = recordingLogger()
beforeAll(async () => {
  server = await startClickHouse()
})
afterAll(() => server?.stop())

warehouseContract({
  name: 'a ClickHouse server over HTTP with a user and a password',
  prepare: async () => server,
  dispose: async () => undefined,
})

describe('warehouse on a ClickHouse server', () => {
  test('says that the server refuses the password', async () => {
    await expect(connectWarehouse({ ...server, password: 'wrong' })).rejects.toMatchObject({ code: 'WAREHOUSE_DENIED' })
  })

  test('says that no server answers', async () => {
    await expect(connectWarehouse({ ...server, url: 'http://127.0.0.1:9' })).rejects.toMatchObject({ code: 'WAREHOUSE_UNREACHABLE' })
  })

  test.each([
    ['25.8.12.129', 'WAREHOUSE_TOO_OLD'],
    ['26.6.1.961', 'WAREHOUSE_TOO_OLD'],
    ['26.6.1.962', undefined],
    ['26.10.1.3', undefined],
    ['27.1.1.1-lts', undefined],
  ])('takes a server of version %s, or says why not: %s', async (version, code) => {
    const old = createServer((_request, response) => response.end(`{"version":"${version}"}\n`)).listen(0, '127.0.0.1')
    await once(old, 'listening')
    const url = `http://127.0.0.1:${(old.address() as AddressInfo).port}`
    try {
      const refused = await connectWarehouse({ ...server, url }).then(
        (warehouse) => void warehouse.close(),
        (error: unknown) => error,
      )
      expect((refused as { code?: unknown } | undefined)?.code).toBe(code)
    } finally {
      old.close()
    }
  })

  test.skipIf(process.env['CLICKHOUSE_URL'])('has each sum once after a refresh and a restart of the server', async () => {
    const options = { ...server, database: `${server.database}_restarted` }
    const events = season(2000)
    const before = await connectWarehouse(options)
    await migrate(before, { logger })
    const stage = createWarehouseStage({ warehouse: before, newId: uuidsFrom('restarted'), logger })
    await stage.process(fateBatch('consent', events))
    for (const some of [events.slice(0, 1000), events.slice(1000)]) {
      await stage.process(eventBatch(some))
      await refreshRollups(before, { logger })
    }
    await before.close()
    await server.restart()
    const after = await connectWarehouse(options)
    expect(await audit(after)).toMatchObject({ clean: true, totals: { stored: 2000 } })
    await after.close()
  })

  test('gives the embedded engine and the server the same answers to the byte', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'warehouse-'))
    const embedded = await connectWarehouse({ path: directory })
    const remote = await connectWarehouse({ ...server, database: `${server.database}_equal` })
    try {
      const [one, other] = [await answers(embedded), await answers(remote)]
      expect(Object.keys(one).length).toBeGreaterThan(7)
      for (const [question, answer] of Object.entries(one)) expect(other[question], question).toBe(answer)
      expect(one['select * from rollup_product_day order by all']?.split('\n').length).toBeGreaterThan(100)
    } finally {
      await remote.client.command({ query: 'drop database {database:Identifier}', query_params: { database: `${server.database}_equal` } })
      await Promise.all([embedded.close(), remote.close()])
      await rm(directory, { recursive: true, force: true })
    }
  })

  test.skipIf(process.env['CLICKHOUSE_URL'])('keeps its books when the server is killed in the middle of inserts and refreshes', async () => {
    const events = season(6000)
    const options = { ...server, database: `${server.database}_killed` }
    let warehouse = await connectWarehouse(options)
    await migrate(warehouse, { logger })
    for (let round = 0; round < 6; round++) {
      const work = storeForEver(warehouse, events.slice(round * 1000))
      await work.begun(round)
      await server.kill()
      expect(await work.ended).toMatch(/ECONNRE|socket|Connection/i)
      await warehouse.close()
      await server.restart()
      warehouse = await connectWarehouse(options)
    }
    const stage = createWarehouseStage({ warehouse, newId: uuidsFrom('after'), logger })
    await stage.process(fateBatch('consent', events))
    const beforeReplay = await audit(warehouse)
    expect(beforeReplay.findings.filter(({ check }) => check === 'unaccepted' || check === 'duplicated' || check === 'rollup')).toEqual([])
    await stage.process(eventBatch(events))
    await refreshRollups(warehouse, { logger })
    expect(await audit(warehouse)).toMatchObject({ clean: true, totals: { accepted: 6000, stored: 6000 } })
    await warehouse.close()
  })
})

const questions = [
  'select * from events final order by event_id',
  'select * from fates final order by event_id, version, stage',
  'select * from restated_events final order by event_id',
  'select * from rollup_channel_day order by all',
  'select * from rollup_product_day order by all',
  'select * from rollup_sku_day order by all',
  'select * from rollup_sku_week order by all',
  'select * from rollup_product_month order by all',
  'select day, sum(pending) as pending from stale_days group by day order by day',
  'select month, sum(pending) as pending from stale_months group by month order by month',
  'select country, sum(revenue_gross_minor) / sum(orders) as average from rollup_channel_day group by country order by country',
  'select toStartOfWeek(day, 1) as week, uniqExact(subject_web) as visitors, quantileExact(0.5)(amount_minor) as median from events final group by week order by week',
  'select name, checksum from migrations order by name',
] as const

async function answers(warehouse: Warehouse): Promise<Record<string, string>> {
  await migrate(warehouse, { logger })
  const events = season(800)
  const stage = createWarehouseStage({ warehouse, newId: uuidsFrom('equal'), logger })
  const corrected = events.slice(0, 40).map((event) => ({ ...event, version: 2, day: '2026-04-01', amount_minor: event.amount_minor + 1 }))
  const odd = enriched({ name: 'odd', utm_campaign: 'Grüße\t"\\\n\u0000 🫖 \ud800', exchange_rate: 0.1 + 0.2, metrics: { 'a"b': -5 } })
  for (const batch of [events, corrected, [odd], events.toReversed()]) await stage.process(eventBatch(batch))
  await stage.process(fateBatch('consent', events))
  await stage.process(fateBatch('transform', events.slice(0, 9), { outcome: 'rejected', reason: 'event_invalid' }))
  await refreshRollups(warehouse, { logger })
  const results: Record<string, string> = { audit: JSON.stringify(await audit(warehouse)) }
  for (const query of questions) results[query] = await (await warehouse.client.query({ query, format: 'JSONEachRow' })).text()
  return results
}

/** Stores and refreshes until the connection is lost; `begun` resolves when the step with this number is under way. */
function storeForEver(warehouse: Warehouse, events: ReturnType<typeof season>) {
  const stage = createWarehouseStage({ warehouse, newId: uuidsFrom(`server-${events.length}`), logger })
  const steps = new EventEmitter()
  const work = async () => {
    for (let step = 0; ; step++) {
      const done = step % 2 === 0 ? stage.process(eventBatch(events)) : refreshRollups(warehouse, { logger })
      steps.emit('begun', step)
      await done
    }
  }
  const ended = setImmediate()
    .then(work)
    .catch((error: Error) => error.message)
  const begun = async (awaited: number) => {
    for await (const [step] of on(steps, 'begun')) if (step === awaited) return
  }
  return { begun: (step: number) => Promise.race([begun(step), ended]), ended }
}
