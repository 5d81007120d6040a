/** A shop that runs Kanalblick as its users do, and whose shoppers send through every collector. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Preview, ShownRequest } from '@kanalblick/consent'
import type { AuditReport } from '@kanalblick/warehouse'
import { askKanalblick, runKanalblick, type Server, startKanalblick, until } from '../product.ts'
import { csvHeader, csvMapping, type Messages, messagesOf } from './messages.ts'
import type { Shopper } from './shoppers.ts'

const operatorToken = 'operator-of-the-shop-that-is-tested'
const env = { KANALBLICK_OPERATOR_TOKEN: operatorToken, KANALBLICK_LOG_LEVEL: 'debug' }

export interface Shop {
  readonly data: readonly string[]
  readonly folder: string
  /** Every line that the servers which have been stopped here printed or logged. */
  output(): string
  /** The server that runs now. */
  server(): Server
  start(): Promise<void>
  /** Also when none runs. */
  stop(): Promise<void>
  ask<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer>
  /** @returns the status */
  post(path: string, body: unknown, contentType?: string): Promise<number>
  send(messages: Messages): Promise<void>
  importFile(shoppers: readonly Shopper[], ...options: string[]): Promise<void>
  drained(): Promise<void>
  audit(): Promise<AuditReport>
  metrics(): Promise<string>
  /** Everything that reports say of money. */
  books(): Promise<unknown>
  fulfilled(id: string): Promise<ShownRequest>
  preview(identifiers: readonly object[]): Promise<Preview>
  download(path: string): Promise<Buffer>
}

/** @param folder an empty one */
export async function openShop(folder: string): Promise<Shop> {
  const path = join(folder, 'data')
  const data = ['--data', path]
  await mkdir(path)
  const rates = ['date,currency,rate', `${new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10)},CHF,0.95`]
  await writeFile(join(path, 'rates.csv'), rates.join('\n'))
  const controller = 'controller: { name: Geschirr GmbH, contact: datenschutz@geschirr.example }'
  await writeFile(join(path, 'kanalblick.yaml'), `transform: { reportingCurrency: EUR }\nexchangeRatesFile: rates.csv\n${controller}\n`)
  await writeFile(join(folder, 'mapping.yaml'), csvMapping)
  const { key } = await askKanalblick<{ key: string }>(['keys', 'create', '--kind', 'write', '--channel', 'shop', '--instance', 'shop:main', ...data])
  let running: Server | undefined
  let output = ''

  const server = () => {
    if (!running) throw new Error('No server runs.')
    return running
  }
  const call = (method: string, to: string, token: string, body?: unknown, contentType = 'application/json') =>
    fetch(new URL(to, server().url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': contentType }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const post = async (to: string, body: unknown, contentType?: string) => {
    const response = await call('POST', to, key, body, contentType)
    await response.arrayBuffer()
    return response.status
  }
  const ask = async <Answer>(method: 'GET' | 'POST', to: string, body?: unknown) => {
    const response = await call(method, to, operatorToken, method === 'POST' ? (body ?? {}) : undefined)
    const text = await response.text()
    if (!response.ok) throw new Error(`${to} answered ${response.status}: ${text.slice(0, 300)}`)
    return JSON.parse(text) as Answer
  }
  const accepted = async (status: Promise<number>, what: string) => {
    const given = await status
    if (given >= 300) throw new Error(`${what} was answered ${given}.`)
  }
  const query = async (question: object) => (await ask<{ rows: Record<string, unknown>[] }>('POST', '/v1/query', { ...question, ...period() })).rows

  return {
    data,
    folder: path,
    output: () => output,
    server,
    async start() {
      running = await startKanalblick(data, { env })
    },
    async stop() {
      const ended = await running?.stop()
      output += `${ended?.stdout ?? ''}${ended?.stderr ?? ''}`
      running = undefined
    },
    ask,
    post,
    async send({ consent, cloudEvents, segment }) {
      await accepted(post('/v1/consents', consent), 'a consent')
      await accepted(post('/v1/events', cloudEvents, 'application/cloudevents-batch+json'), 'CloudEvents')
      await accepted(post('/v1/batch', { batch: segment }), 'a batch of Segment')
    },
    async importFile(shoppers, ...options) {
      const file = join(folder, 'orders.csv')
      await writeFile(file, [csvHeader, ...shoppers.flatMap((shopper) => messagesOf(shopper).csv)].join('\n'))
      const { code, stderr } = await runKanalblick(['import', file, '--mapping', join(folder, 'mapping.yaml'), '--channel', 'shop', ...options, ...data])
      if (code !== 0) throw new Error(`The import ended with ${code}: ${stderr}`)
    },
    async drained() {
      await ask('POST', '/v1/operator/drain')
    },
    audit: () => ask('GET', '/v1/operator/audit'),
    metrics: async () => (await call('GET', '/metrics', operatorToken)).text(),
    async books() {
      const byProduct = await query({ metrics: ['revenue_gross', 'revenue_net', 'cancelled', 'refunds', 'units'], by: ['channel_instance', 'product'] })
      const byDay = await query({
        metrics: ['revenue_gross', 'orders', 'cancellations', 'refund_count', 'units'],
        by: ['channel_instance', 'country'],
        grain: 'day',
      })
      // Days and countries of which only visits are known have no books.
      return [byProduct, byDay].map((rows) => rows.filter((row) => Object.values(row).some((value) => typeof value === 'number' && value !== 0)))
    },
    async fulfilled(id) {
      let found: ShownRequest | undefined
      await until(async () => {
        found = await ask<ShownRequest>('GET', `/v1/requests/${id}`)
        return found.status === 'fulfilled'
      }, 'the request is fulfilled')
      return found as ShownRequest
    },
    download: async (path) => Buffer.from(await (await call('GET', path, operatorToken)).arrayBuffer()),
    preview: (identifiers) => ask('POST', '/v1/requests/preview', { identifiers }),
  }
}

function period() {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  return { from: day(-30), to: day(1) }
}
