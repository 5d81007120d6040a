/** Access and erasure of one person among many events: a new person each time, because the last one is gone. */
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { createSubjectOf, vaultKey } from '@kanalblick/consent'
import { readConfig } from '../app/src/config.ts'
import { roles, wire } from '../app/src/wire.ts'
import { startKanalblick } from '../test/support/product.ts'
import { datasetAt, silent } from './dataset.ts'
import { subjectRows } from './dataset-subject.ts'
import type { BenchPart, BenchRow } from './result.ts'
import { median, timed } from './statistics.ts'

const rounds = 3
/** Within what behaviour is kept for: else the first erasure would pay for the retention that is due. */
const retainedDays = 420
const operatorToken = randomBytes(32).toString('hex')

export const run: BenchPart = async ({ data, events }) => {
  const { path, events: count, lastDay } = await datasetAt(data, events.at(-1) ?? 0, retainedDays)
  const customers = Array.from({ length: rounds }, () => `bench-${randomBytes(6).toString('hex')}`)
  await seed(path, customers, lastDay)
  const server = await startKanalblick(['--data', path], { env: { KANALBLICK_LOG_LEVEL: 'warn', KANALBLICK_OPERATOR_TOKEN: operatorToken } })
  server.process.stderr?.pipe(process.stderr)
  const ms = { preview: [] as number[], access: [] as number[], erasure: [] as number[] }
  try {
    for (const customer of customers) {
      const person = { identifiers: [{ kind: 'customer', value: customer }] }
      ms.preview.push(await timed(() => call(server.url, 'POST', '/v1/requests/preview', person)))
      ms.access.push(await timed(async () => call(server.url, 'GET', `/v1/requests/${await carriedOut(server.url, { ...person, type: 'access' })}/package`)))
      ms.erasure.push(await timed(() => carriedOut(server.url, { ...person, type: 'erasure' })))
    }
  } finally {
    await server.stop()
  }
  const row = (what: string, measured: readonly number[], seconds: number): BenchRow => ({
    what: `${what}, ${count / 1e6} M events`,
    measured: Math.round(median(measured)),
    unit: 'ms',
    target: { atMost: seconds * 1000 },
  })
  return [row('dry run', ms.preview, 5), row('access, package fetched', ms.access, 5), row('erasure, searched to the last byte', ms.erasure, 60)]
}

/** Persons with three hundred events over eight months and ten orders each, known to the vault and to the index. */
async function seed(path: string, customers: readonly string[], lastDay: string): Promise<void> {
  const app = await wire({ config: readConfig({ data: path, env: {} }), roles, logger: silent })
  const { identity, warehouse, config } = app
  if (!identity || !warehouse) throw new Error('The whole product was asked for.')
  const subjectOf = createSubjectOf(identity.keyring, { ...config.consent, timeZone: config.timeZone })
  for (const customer of customers) {
    const subject = subjectOf({ kind: 'customer', value: customer })
    const wanted = (['web_analytics', 'ad_measurement', 'personalisation'] as const).map((purpose) => ({ subjectRef: subject.ref, purpose }))
    const pseudonyms = await identity.vault.pseudonyms(wanted)
    const [subject_web, subject_ads, subject_profile] = wanted.map((one) => pseudonyms.get(vaultKey(one)))
    const salt = randomBytes(8).toString('hex')
    const own = (key: unknown) => (typeof key === 'string' && key !== '' ? `${key.slice(0, -16)}${salt}` : '')
    const ids = new Map<string, string>()
    const { events, fates } = subjectRows(lastDay)
    const idOf = (id: string) => ids.get(id) ?? (ids.set(id, randomUUID()).get(id) as string)
    const rows = events.map((event) => ({
      ...event,
      event_id: idOf(event.event_id),
      session_key: own(event.session_key),
      order_key: own(event.order_key),
      subject_web,
      subject_ads,
      subject_profile,
    }))
    const orderKeys = rows.map(({ order_key }) => order_key).filter((key) => key !== '')
    await identity.index.remember(orderKeys.map((orderKey) => ({ subjects: [subject], orderKey, at: new Date().toISOString() })))
    await warehouse.client.insert({ table: 'events', values: rows, format: 'JSONEachRow' })
    await warehouse.client.insert({ table: 'fates', values: fates.map((fate) => ({ ...fate, event_id: idOf(fate.event_id) })), format: 'JSONEachRow' })
    const days = [...new Set(rows.map(({ day }) => day))]
    await warehouse.client.insert({ table: 'stale_days', values: days.map((day) => ({ day, mark: randomUUID(), pending: 1 })), format: 'JSONEachRow' })
  }
  await app.drained()
  await app.close()
}

const pollMs = 20

async function carriedOut(url: string, body: object): Promise<string> {
  const opened = (await (await call(url, 'POST', '/v1/requests', { ...body, verification: 'operator' })).json()) as { request_id: string }
  for (;;) {
    const { status } = (await (await call(url, 'GET', `/v1/requests/${opened.request_id}`)).json()) as { status: string }
    if (status === 'fulfilled') return opened.request_id
    await delay(pollMs)
  }
}

/** The answer, fetched whole. */
async function call(url: string, method: string, path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' }
  const response = await fetch(new URL(path, url), { method, headers, ...(body && { body: JSON.stringify(body) }) })
  if (!response.ok) throw new Error(`${path} was answered ${response.status}.`)
  return new Response(await response.arrayBuffer(), { headers: response.headers })
}
