/** The collectors' HTTP endpoints on a real port. In place of keyring and log, events are kept in memory, in the clear. */
import { createHmac } from 'node:crypto'
import { createCollect, createCollector, createRequestReader, type IngestErrorCode, ingestConfig, ingestRoutes, type WriteKey } from '@kanalblick/ingest'
import { type CollectedEvent, collectedEvent, packEvents, sealedEvents, unpackEvents, type WrittenBy } from '@kanalblick/stream'
import Fastify from 'fastify'

export const shopOrigin = 'https://shop.example'
const writeKeys: Readonly<Record<string, WriteKey>> = {
  wk_shop: { id: 'key-1', channel: 'shop', channelInstance: 'shop:1', origins: [shopOrigin], consentCategories: { Statistik: ['web_analytics'] } },
  wk_other: { id: 'key-2', channel: 'web', channelInstance: 'web:2', origins: ['https://other.example'] },
}

export interface IngestServer {
  readonly url: string
  /** In the order they were appended. */
  readonly events: CollectedEvent[]
  readonly logged: unknown[]
  readonly refused: IngestErrorCode[]
  /** Set: what the log answers instead of taking the events. */
  failure: Error | undefined
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

const decoder = new TextDecoder()

export async function startIngest(limits: Partial<typeof ingestConfig._output> = {}): Promise<IngestServer> {
  const events: CollectedEvent[] = []
  const logged: unknown[] = []
  const refused: IngestErrorCode[] = []
  const note = (message: string, fields?: unknown) => void logged.push([message, fields])
  const logger = { debug: note, info: note, warn: note, error: note }

  const collect = createCollect({
    partitions: 1,
    seal: (events) => packEvents(events).map(({ clear, text }) => ({ ...clear, key_id: 'test', sealed: text })),
    eventId: (namespace, nativeId) =>
      asUuid(
        createHmac('sha256', 'key of the test')
          .update(JSON.stringify([namespace, nativeId]))
          .digest('hex'),
      ),
  })
  const append = async (records: readonly WrittenBy<'ingest'>[]) => {
    if (server.failure) throw server.failure
    const sealed = records.map(({ value }) => sealedEvents.parse(JSON.parse(decoder.decode(value))))
    events.push(...sealed.flatMap((clear) => unpackEvents({ clear, text: clear.sealed }) ?? []).map((event) => collectedEvent.parse(event)))
  }
  const allLimits = ingestConfig.parse(limits)

  const http = Fastify({ logger: false, forceCloseConnections: true })
  await http.register(
    ingestRoutes({
      collector: createCollector({ collect, append, now: () => new Date(), logger }),
      reader: createRequestReader({ collect, limits: allLimits }),
      logger,
      findWriteKey: async (key) => (Object.hasOwn(writeKeys, key) ? writeKeys[key] : undefined),
      isKnownOrigin: async (origin) => Object.values(writeKeys).some(({ origins }) => origins.includes(origin)),
      limits: allLimits,
      metrics: { accepted: () => undefined, malformed: () => undefined, refused: (_, code) => void refused.push(code) },
    }),
  )
  const url = await http.listen({ host: '127.0.0.1', port: 0 })
  const server: IngestServer = {
    url,
    events,
    logged,
    refused,
    failure: undefined,
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
        headers: { authorization: 'Bearer wk_shop', 'content-type': 'application/json', ...headers },
      }),
    close: () => http.close(),
  }
  return server
}

const asUuid = (hex: string) => [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')

/** An order as Segment's clients send it. */
export const order = { order_id: '1001', total: '119.00', tax: 19, currency: 'EUR', products: [{ sku: 'A', price: '50.00', quantity: 2 }] }
export const completed = (messageId: string) => ({
  type: 'track',
  event: 'Order Completed',
  messageId,
  timestamp: '2026-05-01T10:00:00Z',
  userId: 'u-1',
  properties: order,
})

export interface Refusal {
  readonly error: { readonly code: string; readonly message: string }
}
export const errorCode = async (answer: Response) => ((await answer.json()) as Refusal).error.code
