/** Sends events as real clients do: in batches over HTTP, a few at once, again when the server asks for patience. */
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { Message } from './message.ts'

export interface Delivery {
  readonly url: string
  readonly keyOf: (instance: string) => string
  readonly signal: AbortSignal
}

const batchEvents = 400
const inFlight = 3
const attempts = 20

/** Resolves once all were accepted. @throws AppError SERVER_REFUSED */
export async function deliver(messages: readonly Message[], delivery: Delivery): Promise<void> {
  const waiting = batchesOf(messages)
  async function sendOneByOne(): Promise<void> {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) await send(batch, delivery)
  }
  await Promise.all(Array.from({ length: inFlight }, sendOneByOne))
}

function batchesOf(messages: readonly Message[]): Message[][] {
  const bySource = new Map<string, Message[]>()
  for (const message of messages) {
    const source = `${message.instance} ${message.path}`
    const own = bySource.get(source)
    if (own) own.push(message)
    else bySource.set(source, [message])
  }
  return [...bySource.values()].flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / batchEvents) }, (_, n) => own.slice(n * batchEvents, (n + 1) * batchEvents)),
  )
}

async function send(batch: readonly Message[], { url, keyOf, signal }: Delivery): Promise<void> {
  const [first] = batch
  if (!first) return
  const events = batch.map(({ body }) => body)
  const isSegment = first.path === '/v1/batch'
  const request = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${keyOf(first.instance)}`,
      'content-type': isSegment ? 'application/json' : 'application/cloudevents-batch+json',
    },
    body: JSON.stringify(isSegment ? { batch: events } : events),
    signal,
  }
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(new URL(first.path, url), request)
    await response.arrayBuffer()
    if (response.ok) return
    const patience = response.status === 429 || response.status === 503
    if (!patience || attempt === attempts) throw new AppError('SERVER_REFUSED', `The server at ${url} answered the demo with ${response.status}.`)
    await delay(1000 * Number(response.headers.get('retry-after') ?? 1), undefined, { signal })
  }
}
