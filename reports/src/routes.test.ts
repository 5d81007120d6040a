import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectWarehouse, migrate, type Warehouse } from '@kanalblick/warehouse'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportRoutes } from './routes.ts'

const say = () => undefined
const logger = { debug: say, info: say, warn: say, error: say }
const headers = { authorization: 'Bearer reader' }
let path: string
let warehouse: Warehouse
let server: FastifyInstance

beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'report-routes-'))
  warehouse = await connectWarehouse({ path })
  await migrate(warehouse, { logger })
  const sale = { day: '2021-01-04', channel: 'shop', channel_instance: 'shop:1', country: 'DE', currency: 'EUR' }
  await warehouse.client.insert({
    table: 'rollup_channel_day',
    values: [{ ...sale, orders: 2, units: 3, revenue_gross_minor: 1050, refunded_minor: 25, events: 4, events_consented: 1 }],
    format: 'JSONEachRow',
  })
  await warehouse.client.insert({
    table: 'rollup_product_day',
    values: [{ ...sale, sku: '=cmd()', name: 'Tasse, "blau"', units: 3, revenue_gross_minor: 1050 }],
    format: 'JSONEachRow',
  })
  // The weeks and months are not derived here.
  await warehouse.client.command({ query: "insert into stale_months values ('2021-01-01', generateUUIDv4(), 1)" })
  server = Fastify()
  await server.register(
    reportRoutes({
      client: warehouse.client,
      authorize: async (request, reply) => {
        if (request.headers.authorization !== headers.authorization) await reply.status(401).send({ error: { code: 'UNAUTHORIZED' } })
      },
    }),
  )
})

afterAll(async () => {
  await server.close()
  await warehouse.close()
  await rm(path, { recursive: true, force: true })
})

const week = { from: '2021-01-04', to: '2021-01-10' }
const post = (payload: object, more: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url: '/v1/query', headers: { ...headers, ...more }, payload })
const get = (url: string, more: Record<string, string> = {}) => server.inject({ method: 'GET', url, headers: { ...headers, ...more } })

test('answers a query as JSON', async () => {
  const response = await post({ metrics: ['revenue_net', 'orders'], by: ['country'], ...week })
  expect(response.statusCode).toBe(200)
  expect(response.json()).toMatchObject({ ...week, currencies: ['EUR'], rows: [{ country: 'DE', currency: 'EUR', revenue_net: 10.25, orders: 2 }] })
})

test.each([
  ['in the body', { format: 'csv' }, {}],
  ['by the Accept header', {}, { accept: 'text/csv' }],
])('answers a query as CSV when asked %s', async (_how, format, more) => {
  const response = await post({ metrics: ['revenue_net'], by: ['product'], ...week, ...format }, more)
  expect(response.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(response.headers['content-disposition']).toBe('attachment; filename="query.csv"')
  expect(response.body).toBe("product,currency,revenue_net\r\n'=cmd(),EUR,10.5\r\n")
})

test('tells all faults of a query with 400', async () => {
  const response = await post({ metrics: ['visitors'], from: '2021-01-10', to: '2021-01-04', format: 'pdf' })
  expect(response.statusCode).toBe(400)
  const { error } = response.json<{ error: { code: string; faults: { path: string; code: string }[] } }>()
  expect(error.code).toBe('QUERY_INVALID')
  expect(error.faults.map(({ path, code }) => `${path} ${code}`).toSorted()).toEqual(['format invalid_value', 'metrics.0 invalid_value', 'to period_reversed'])
})

test('refuses a query without a body', async () => {
  expect((await server.inject({ method: 'POST', url: '/v1/query', headers })).statusCode).toBe(400)
})

test('lists the reports and what they ask for', async () => {
  const { reports } = (await get('/v1/reports')).json<{ reports: { name: string; params: { required?: string[] } }[] }>()
  expect(reports.map(({ name, params }) => [name, params.required])).toEqual([
    ['channel_performance', ['from', 'to']],
    ['channel_trend', ['from', 'to', 'grain']],
    ['country_trend', ['from', 'to', 'grain']],
    ['product_trend', ['from', 'to', 'grain']],
    ['data_extent', undefined],
    ['weekly_deliveries', ['from', 'to']],
    ['weekly_products', ['from', 'to']],
  ])
})

test('answers a report in major units, as JSON and with the same digits as CSV', async () => {
  const url = '/v1/reports/country_trend?from=2021-01-04&to=2021-01-10&grain=week'
  const row = { period: '2021-01-04', complete: true, country: 'DE', currency: 'EUR', orders: 2, units: 3 }
  const amounts = { revenue_gross: 10.5, cancelled: 0, refunded: 0.25, revenue_net: 10.25 }
  expect((await get(url)).json()).toMatchObject({ name: 'country_trend', params: { ...week, grain: 'week' }, rows: [{ ...row, ...amounts }] })
  const csv = await get(`${url}&format=csv`)
  expect(csv.headers['content-disposition']).toBe('attachment; filename="country_trend.csv"')
  expect(csv.body).toBe(`${Object.keys({ ...row, ...amounts }).join()}\r\n2021-01-04,true,DE,EUR,2,3,10.5,0,0.25,10.25\r\n`)
})

test('reads numbers from the query string and writes product names as CSV', async () => {
  const response = await get('/v1/reports/product_trend?from=2021-01-04&to=2021-01-04&grain=day&top=1', { accept: 'text/csv' })
  expect(response.body.split('\r\n')[1]).toBe(`2021-01-04,true,'=cmd(),"Tasse, ""blau""",EUR,3,10.5,0,0,10.5`)
})

test('tells all faults of a report with 400', async () => {
  const response = await get('/v1/reports/product_trend?from=2021-01-04&to=2021-02-30&grain=hour&top=0')
  expect(response.statusCode).toBe(400)
  expect(response.json<{ error: { faults: { path: string }[] } }>().error.faults.map(({ path }) => path)).toEqual(['to', 'grain', 'top'])
})

test('knows no other report', async () => {
  const response = await get('/v1/reports/payroll')
  expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([404, 'NOT_FOUND'])
})

test.each(['/v1/reports', '/v1/reports/channel_trend'])('lets nobody read %s who may not', async (url) => {
  expect((await get(url, { authorization: 'Bearer other' })).statusCode).toBe(401)
})

test('lets nobody query who may not', async () => {
  expect((await post({ metrics: ['orders'], ...week }, { authorization: '' })).statusCode).toBe(401)
})
