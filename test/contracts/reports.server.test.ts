import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { buildQuery, dimensionNames, metricNames, queryRequest, reports } from '@kanalblick/reports'
import { connectWarehouse, migrate } from '@kanalblick/warehouse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startClickHouse } from '../support/clickhouse.ts'
import { reportsContract } from './reports.contract.ts'
import { channelDay, clearRollups, productDay, seedChannelDays, seedProductDays, silent } from './reports-seed.ts'

const path = await mkdtemp(join(tmpdir(), 'reports-'))
const running = await startClickHouse()
const server = await connectWarehouse(running)
const embedded = await connectWarehouse({ path })

reportsContract('reports on a server', async () => {
  await migrate(server, { logger: silent })
  return server.client
})

const period = { from: '2020-12-01', to: '2021-01-31' }
const channelRequest = { ...period, metrics: metricNames, by: ['channel', 'country'], grain: 'week', order: [{ by: 'consent_share', direction: 'desc' }] }
const productMetrics = ['revenue_net', 'units', 'return_rate']
const questions = [
  ...reports.map(({ name, sql, params }) => {
    const given = Object.entries({ ...period, grain: 'week' }).filter(([key]) => key in params.shape)
    return { name, query: sql, query_params: params.parse(Object.fromEntries(given)) }
  }),
  ...[
    channelRequest,
    ...dimensionNames.map((name) => ({ ...period, metrics: productMetrics, by: [name, 'product'].slice(0, name === 'product' ? 1 : 2) })),
  ].map((request) => {
    const { sql, params } = buildQuery(queryRequest.parse(request))
    return { name: `query by ${request.by.join()}`, query: sql, query_params: params }
  }),
]

describe('both engines', () => {
  beforeAll(async () => {
    await migrate(embedded, { logger: silent })
    await migrate(server, { logger: silent })
    for (const { client } of [embedded, server]) {
      await clearRollups(client)
      await seedVariety(client)
    }
  })

  test.each(questions)('answer the same bytes: $name', async ({ query, query_params }) => {
    const ask = async (client: ClickHouseClient) => (await client.query({ query, query_params, format: 'JSONEachRow' })).text()
    const answer = await ask(embedded.client)
    expect(answer).not.toBe('')
    expect(await ask(server.client)).toBe(answer)
  })
})

/** Sums, thirds and sevenths over four months, two currencies and what has none. */
async function seedVariety(client: ClickHouseClient): Promise<void> {
  const fate = { channel: 'shop', event_id: '11111111-1111-8111-8111-111111111111', version: 1, stage: 'consent', reason: '' }
  const fates = ['kept', 'dropped'].map((outcome, index) => ({ ...fate, hour: `${period.from} 0${index}:00:00`, outcome }))
  await client.insert({ table: 'fates', values: fates, format: 'JSONEachRow' })
  const days = Array.from({ length: 120 }, (_day, index) => {
    const day = new Date(Date.UTC(2020, 9, 1) + (index % 60) * 2 * 86_400_000).toISOString().slice(0, 10)
    const channel = ['shop', 'marketplace', 'web'][index % 3] ?? ''
    const place = { day, channel, channel_instance: `${channel}:${index % 2}`, country: ['DE', 'AT', 'CH', ''][index % 4] ?? '' }
    return { index, place: { ...place, currency: ['EUR', 'EUR', 'CHF', ''][index % 4] ?? '' } }
  })
  const amounts = (index: number) => ({ units: index % 7, revenue_gross_minor: 1_000_003 + 7 * index, refunded_minor: 100_001 * (index % 5) })
  await seedChannelDays(
    client,
    days.map(({ index, place }) => channelDay({ ...place, ...amounts(index), orders: index % 7, events: 3 * index, events_consented: index })),
  )
  await seedProductDays(
    client,
    days.map(({ index, place }) => productDay({ ...place, ...amounts(index), sku: `sku ${index % 11}`, name: `Cup "${index % 5}"`, category: 'cups' })),
  )
}

afterAll(async () => {
  await server.close()
  await embedded.close()
  await running.stop()
  await rm(path, { recursive: true, force: true })
})
