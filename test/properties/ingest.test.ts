import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import { mapFile, readMapping, type SourceEvent } from '@kanalblick/ingest'
import type { CollectedEvent } from '@kanalblick/stream'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type IngestServer, startIngest } from '../support/ingest-server.ts'

let server: IngestServer
let directory: string
beforeAll(async () => {
  server = await startIngest()
  directory = await mkdtemp(join(tmpdir(), 'ingest-'))
})
afterAll(async () => {
  await server.close()
  await rm(directory, { recursive: true })
})

/** What becomes of one body: the answer and the events that were appended. */
async function send(path: string, body: string) {
  server.events.length = 0
  const answer = await server.post(path, body)
  await answer.text()
  return { status: answer.status, events: [...server.events] }
}

const ordered = (products: object[]) => ({ type: 'track', event: 'Order Completed', messageId: 'm', properties: { order_id: '1', currency: 'EUR', products } })

/** An amount in thousandths, with the text that says it. */
const price = fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => {
  const digits = String(Math.abs(thousandths)).padStart(4, '0')
  return { thousandths, text: `${thousandths < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}` }
})

/** Half away from zero, in whole numbers. */
const cents = (thousandths: bigint) => Number(((thousandths < 0n ? -thousandths : thousandths) + 5n) / 10n) * (thousandths < 0n ? -1 : 1) + 0

describe('money', () => {
  test.prop([price, fc.integer({ min: -1000, max: 1000 }), fc.boolean()], { numRuns: 300 })(
    'is exact, as text and as number',
    async ({ thousandths, text }, quantity, asText) => {
      const { events } = await send('/v1/batch', JSON.stringify({ batch: [ordered([{ sku: 'A', quantity, price: asText ? text : Number(text) }])] }))
      const line = cents(BigInt(thousandths) * BigInt(quantity))
      expect(events[0]?.data).toMatchObject({ total_net_minor: line, items: [{ quantity, line_net_minor: line }] })
    },
  )

  test.prop([fc.array(fc.tuple(price, fc.integer({ min: -1000, max: 1000 })), { minLength: 1, maxLength: 30 })])(
    'of an order is the sum of its lines',
    async (lines) => {
      const { events } = await send(
        '/v1/batch',
        JSON.stringify({ batch: [ordered(lines.map(([{ text }, quantity]) => ({ sku: 'A', price: text, quantity })))] }),
      )
      const { total_net_minor, items } = (events[0] as CollectedEvent).data as { total_net_minor: number; items: { line_net_minor: number }[] }
      expect(total_net_minor).toBe(items.reduce((sum, { line_net_minor }) => sum + line_net_minor, 0))
    },
  )
})

describe('JSON', () => {
  test.prop([fc.json({ maxDepth: 12 })], { numRuns: 300 })('of any kind is answered and never ends the server', async (body) => {
    for (const path of ['/v1/batch', '/v1/track', '/v1/page']) expect([200, 400]).toContain((await send(path, body)).status)
  })

  test.prop([fc.array(fc.jsonValue({ maxDepth: 6 }), { maxLength: 8 })], { numRuns: 300 })(
    'in a batch is accepted with every event accounted for',
    async (batch) => {
      const tracked = batch.map((properties, index) => ({ type: 'track', event: 'Order Completed', messageId: String(index), properties }))
      const { status, events } = await send('/v1/batch', JSON.stringify({ batch: [...tracked, ...batch] }))
      expect(status).toBe(200)
      expect(events.filter(({ malformed, type }) => malformed !== undefined || type.startsWith('segment.'))).toHaveLength(events.length)
      expect(events.length).toBeGreaterThanOrEqual(2 * batch.length - batch.filter((value) => (value as { type?: unknown } | null)?.type === 'identify').length)
    },
  )

  test.prop([fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), fc.string()], { numRuns: 200 })(
    'with repeated keys costs only the events that have them',
    async (repeats, text) => {
      const key = JSON.stringify(text)
      const parts = repeats.map((repeated) => `{"type":"track","event":"Products Searched","x":{${key}:{"a":":\\"{[,"}${repeated ? `,${key}:1` : ''}}}`)
      const { events } = await send('/v1/batch', ` { "batch" : [ ${parts.join(' , ')} ] , "sentAt" : "now" } `)
      const forbidden = text === '__proto__'
      expect(events.map(({ malformed }) => malformed !== undefined)).toEqual(repeats.map((repeated) => repeated || forbidden))
    },
  )

  test.prop([fc.uint8Array({ maxLength: 200 })], { numRuns: 200 })('that is none is refused', async (bytes) => {
    const answer = await server.post('/v1/batch', bytes)
    expect(answer.status).toBe(400)
  })
})

describe('a CSV file', () => {
  const mapping = readMapping({
    instance: 'file:test',
    currency: 'EUR',
    timeZone: 'UTC',
    dateFormat: 'iso',
    columns: { orderId: 'id', date: 'date', sku: 'sku', name: 'name', quantity: 'quantity', unitPrice: 'price' },
  })
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const name = fc.string({ unit: fc.constantFrom('a', 'ß', '"', ',', '\n', '\r', ';', ' ', '𝄞'), maxLength: 12 }).map((text) => text.trim())
  const line = fc.record({ id: fc.constantFrom('1', '2', '3', '4'), name, quantity: fc.integer({ min: -99, max: 99 }), price })

  async function eventsOf(text: string) {
    const path = join(directory, 'orders.csv')
    await writeFile(path, text)
    const events: SourceEvent[] = []
    for await (const batch of mapFile({ path, mapping })) events.push(...batch)
    return events
  }

  test.prop([fc.array(line, { maxLength: 30 }), fc.constantFrom('\n', '\r\n')])(
    'gives every line to its order, in any sequence, whatever the names',
    async (lines, lineBreak) => {
      const rows = lines.map(({ id, name, quantity, price }) => [id, '2026-05-01', 'A', quoted(name), quantity, price.text].join(','))
      const events = await eventsOf(['id,date,sku,name,quantity,price', ...rows].join(lineBreak))
      expect(events).toHaveLength(new Set(lines.map(({ id }) => id)).size)
      for (const { nativeId, data } of events) {
        const own = lines.filter(({ id }) => id === nativeId)
        const items = own.map(({ name, quantity, price }) => ({
          sku: 'A',
          ...(name !== '' && { name }),
          quantity,
          line_net_minor: cents(BigInt(price.thousandths) * BigInt(quantity)),
        }))
        expect(data['items']).toEqual(items)
      }
    },
  )

  test.prop([fc.array(line, { minLength: 1, maxLength: 20 }), fc.nat()])('with one open quote loses the order it is in and no other', async (lines, at) => {
    const broken = at % lines.length
    const rows = lines.map(({ id, quantity, price }, index) => [id, '2026-05-01', 'A', index === broken ? '"open' : '"closed"', quantity, price.text].join(','))
    const events = await eventsOf(['id,date,sku,name,quantity,price', ...rows].join('\n'))
    expect(events.map(({ malformed, nativeId }) => [nativeId, malformed !== undefined])).toEqual(
      events.map(({ nativeId }) => [nativeId, nativeId === lines[broken]?.id]),
    )
    expect(events).toHaveLength(new Set(lines.map(({ id }) => id)).size)
  })
})
