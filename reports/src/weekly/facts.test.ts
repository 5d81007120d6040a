import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectWarehouse, migrate, type Warehouse } from '@kanalblick/warehouse'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runQuery } from '../query/run.ts'
import { runReport } from '../report.ts'
import { reports } from '../reports.ts'
import { toTable } from '../table.ts'
import { collectFacts, type WeeklySource } from './facts.ts'
import { weeklyReport } from './model.ts'
import { weeklyProducts } from './reports.ts'
import { parseWeek } from './week.ts'

const say = () => undefined
const week = parseWeek('2020-W53')
let path: string
let warehouse: Warehouse
let source: WeeklySource

beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'weekly-'))
  warehouse = await connectWarehouse({ path })
  await migrate(warehouse, { logger: { debug: say, info: say, warn: say, error: say } })
  const sale = { channel: 'shop', channel_instance: 'shop:1', country: 'DE', currency: 'EUR', events: 1, orders: 1 }
  const insert = (table: string, values: readonly object[]) => warehouse.client.insert({ table, values, format: 'JSONEachRow' })
  await insert('rollup_channel_day', [
    { ...sale, day: '2021-01-03', revenue_gross_minor: 3_333, cancelled_minor: 33, orders: 2 },
    { ...sale, day: '2020-12-28', revenue_gross_minor: 1_001, country: 'AT', refunded_minor: 1 },
    { ...sale, day: '2020-12-29', revenue_gross_minor: 500, currency: 'JPY', channel: 'marketplace', channel_instance: 'amazon:jp' },
    { ...sale, day: '2020-12-27', revenue_gross_minor: 2_000 },
    { ...sale, day: '2020-12-20', revenue_gross_minor: 9_999, channel_instance: 'shop:2' },
    { ...sale, day: '2019-12-30', revenue_gross_minor: 100 },
    { ...sale, day: '2020-01-06', revenue_gross_minor: 77_777 },
    { ...sale, day: '2019-01-01', currency: '', orders: 0, channel: 'web', channel_instance: 'web:1', events: 5 },
  ])
  await insert(
    'rollup_product_day',
    [
      { ...sale, day: '2021-01-03', sku: 'A', name: 'Lamp', revenue_gross_minor: 3_000 },
      { ...sale, day: '2020-12-27', sku: 'A', name: 'Old lamp', revenue_gross_minor: 1_000 },
      { ...sale, day: '2020-12-27', sku: 'B', name: 'Cable', revenue_gross_minor: 1_000 },
      { ...sale, day: '2021-01-03', sku: 'C', name: 'Same', revenue_gross_minor: 5 },
      { ...sale, day: '2020-12-27', sku: 'C', name: 'Same', revenue_gross_minor: 5 },
      { ...sale, day: '2020-01-05', sku: 'B', name: 'Cable', revenue_gross_minor: 100 },
    ].map(({ events: _events, orders: _orders, ...row }) => row),
  )
  // The weeks and months are not derived here.
  await warehouse.client.command({ query: "insert into stale_months values ('2019-01-01', generateUUIDv4(), 1)" })
  const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`
  const fate = { hour: '2020-12-28 00:00:00', channel: 'shop', version: 1, stage: 'consent', outcome: 'kept', reason: '' }
  await insert('fates', [
    { ...fate, event_id: id(1) },
    { ...fate, event_id: id(1) },
    { ...fate, event_id: id(2), hour: '2021-01-03 23:00:00' },
    { ...fate, event_id: id(2), hour: '2021-01-03 23:00:00', stage: 'transform', outcome: 'dropped', reason: 'bot' },
    { ...fate, event_id: id(3), outcome: 'rejected', reason: 'event_invalid' },
    { ...fate, event_id: id(4), hour: '2021-01-04 00:00:00' },
  ])
  source = {
    query: (request) => runQuery(warehouse.client, request),
    async report(name, params) {
      const report = reports.find((candidate) => candidate.name === name)
      if (!report) throw new Error(`There is no report ${name}.`)
      return toTable(report, await runReport(warehouse.client, report, params))
    },
  }
})

afterAll(async () => {
  await warehouse.close()
  await rm(path, { recursive: true, force: true })
})

test('week 53 across the end of the year has the numbers of a query over its days', async () => {
  const { sections } = weeklyReport(await collectFacts(source, week))
  const { rows } = await source.query({ metrics: ['revenue_net', 'orders', 'average_order_value', 'cancelled', 'refunds'], from: week.from, to: week.to })
  expect(rows).toEqual([
    { currency: 'EUR', revenue_net: 43, orders: 3, average_order_value: 14.45, cancelled: 0.33, refunds: 0.01 },
    { currency: 'JPY', revenue_net: 500, orders: 1, average_order_value: 500, cancelled: 0, refunds: 0 },
  ])
  expect(sections.map(({ currency, measures }) => [currency, ...measures.map(({ current }) => current)])).toEqual([
    ['EUR', 4_300, 3, 1_445, 33, 1],
    ['JPY', 500, 1, 500, 0, 0],
  ])
  expect(sections[0]?.comparisons.map(({ name, changeMinor }) => [name, changeMinor])).toEqual([
    ['previous', 2_300],
    ['last_year', 4_200],
  ])
})

test('data begin on the first day of any kind', async () => {
  expect((await collectFacts(source, week)).firstDay).toBe('2019-01-01')
  expect((await collectFacts(source, parseWeek('2018-W10'))).firstDay).toBeNull()
})

test('the basis knows what was silent, and what became of the deliveries', async () => {
  const { basis } = weeklyReport(await collectFacts(source, week))
  expect(basis.silentSources).toEqual([{ channelInstance: 'shop:2', lastDay: '2020-12-20' }])
  expect(basis.deliveries).toEqual({ accepted: 3, dropped: [{ reason: 'bot', events: 1 }], rejected: [{ reason: 'event_invalid', events: 1 }] })
})

test('products rise and fall against both weeks, under their latest names; unchanged ones are left out', async () => {
  const changes = async (top: number) =>
    (await runReport(warehouse.client, weeklyProducts, { from: week.from, to: week.to, top })).map((row) => [
      row.comparison,
      row.product_name,
      row.revenue_net_minor,
      row.revenue_net_before_minor,
    ])
  expect(await changes(1)).toEqual([
    ['last_year', 'Lamp', 3_000, 0],
    ['last_year', 'Cable', 0, 100],
    ['previous', 'Lamp', 3_000, 1_000],
    ['previous', 'Cable', 0, 1_000],
  ])
  expect(await changes(2)).toContainEqual(['last_year', 'Same', 5, 0])
})

test('refuses to round a sum beyond 15 digits', async () => {
  const huge: WeeklySource = { ...source, query: async (request) => withHugeRevenue(await source.query(request)) }
  const withHugeRevenue = (result: Awaited<ReturnType<WeeklySource['query']>>) => ({
    ...result,
    rows: result.rows.map((row) => ('revenue_net' in row ? { ...row, revenue_net: '12345678901234567.89' } : row)),
  })
  await expect(collectFacts(huge, week)).rejects.toMatchObject({ code: 'QUERY_INVALID', faults: [{ code: 'sum_too_large' }] })
})
