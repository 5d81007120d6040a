import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openKeyring } from '@kanalblick/consent'
import { ingestConfig, type RequestReader, type Sender, type SentRequest } from '@kanalblick/ingest'
import type { SealedEvents } from '@kanalblick/stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReaderThread, type ReaderThread } from './open.ts'

let keys: string
let masterKey: Buffer
let reader: ReaderThread
let ended: unknown[]

const open = (limits: Partial<typeof ingestConfig._output> = {}) => {
  ended = []
  const data = { keys: { directory: keys, masterKey }, partitions: 2, limits: ingestConfig.parse(limits) }
  return openReaderThread({ data, here, onFatal: (error) => void ended.push(error) })
}
beforeEach(() => {
  keys = mkdtempSync(join(tmpdir(), 'kanalblick-reader-'))
  masterKey = randomBytes(32)
})
afterEach(async () => {
  await reader.close()
  rmSync(keys, { recursive: true, force: true })
})

/** What small requests would be read by. */
const here: RequestReader = { writeKeyIn: async () => 'here', read: async () => ({ records: [], events: 0, malformed: 0, answer: 'here' }) }

const sender = (): Sender => ({
  writeKey: { channel: 'shop', channelInstance: 'shop:1', consentCategories: { Statistik: ['web_analytics'] } },
  arrival: { id: 'arrival-1', userAgent: undefined, objects: false },
  receivedAt: new Date(),
})
const small = (path: string, body: unknown): SentRequest => ({
  path,
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})
/** Spaces around JSON mean nothing. */
const large = (path: string, body: unknown): SentRequest => {
  const { body: bytes, ...request } = small(path, body)
  return { ...request, body: Buffer.concat([bytes, Buffer.alloc(10_000, ' ')]) }
}
const page = (n: number) => ({ type: 'page', messageId: `m-${n}`, userId: 'erika', timestamp: '2026-05-01T10:00:00Z', properties: { path: `/${n}` } })

describe('the thread that reads requests', () => {
  it('seals their events with the keyring, together with what belongs to the same partition', async () => {
    reader = open()
    const batch = Array.from({ length: 300 }, (_, n) => page(n))
    const { records, ...read } = await reader.read(large('/v1/batch', { batch: [...batch, 17] }), sender())
    expect(read).toEqual({ events: 301, malformed: 1, answer: { success: true } })

    const keyring = openKeyring({ directory: keys, masterKey, now: () => new Date() })
    const events = records.flatMap(({ value }) => keyring.open(JSON.parse(Buffer.from(value).toString()) as SealedEvents) ?? [])
    const pages = events.map(({ data }) => data['url_path']).filter((path) => path !== undefined)
    expect(new Set(pages)).toEqual(new Set(batch.map(({ properties }) => properties.path)))
    expect(pages).toHaveLength(batch.length)
    expect(records.map(({ topic, key }) => [topic, key])).toEqual(records.map(({ value }) => ['events.collected.v1', firstIdIn(value)]))
  })

  it('answers each request for itself when many are asked at once', async () => {
    reader = open()
    const read = await Promise.all(
      Array.from({ length: 50 }, (_, n) => reader.read(large('/v1/batch', { batch: Array.from({ length: n }, (_, m) => page(m)) }), sender())),
    )
    expect(read.map(({ events }) => events)).toEqual(Array.from({ length: 50 }, (_, n) => n))
  })

  it('takes the memory of a body, and leaves what shares it to others', async () => {
    reader = open()
    const { body } = large('/v1/batch', { batch: [page(1)] })
    const shared = Buffer.concat([body, Buffer.from('of others')])
    for (const given of [body, shared.subarray(0, body.length)]) {
      expect((await reader.read({ path: '/v1/batch', headers: {}, body: given }, sender())).events).toBe(1)
    }
    expect(body).toHaveLength(0)
    expect(shared.toString().trimEnd()).toMatch(/of others$/)
  })

  it('finds the write key in a body', async () => {
    reader = open()
    expect(await reader.writeKeyIn(large('/v1/batch', { batch: [], writeKey: 'wk_1' }))).toBe('wk_1')
    expect(await reader.writeKeyIn(large('/v1/batch', { batch: [] }))).toBeUndefined()
  })

  it('refuses a body with the code and the words of the collectors, and reads the next', async () => {
    reader = open({ eventsPerRequest: 1 })
    await expect(reader.read(large('/v1/batch', 'no JSON'), sender())).rejects.toMatchObject({
      name: 'IngestError',
      code: 'BODY_NOT_JSON',
      statusCode: 400,
    })
    await expect(reader.read(large('/v1/batch', { batch: [page(1), page(2)] }), sender())).rejects.toMatchObject({
      code: 'TOO_MANY_EVENTS',
      message: 'The body has more events than this server takes at once. At most 1 are.',
    })
    await expect(reader.writeKeyIn(large('/v1/page', '{"writeKey":"a","writeKey":"b"}'))).rejects.toMatchObject({ code: 'BODY_INVALID' })
    expect((await reader.read(large('/v1/batch', { batch: [page(1)] }), sender())).events).toBe(1)
  })

  it('is spared small requests', async () => {
    reader = open()
    expect(await reader.writeKeyIn(small('/v1/page', page(1)))).toBe('here')
    expect((await reader.read(small('/v1/page', page(1)), sender())).answer).toBe('here')
  })

  it('tells why events cannot be sealed, and goes on', async () => {
    reader = open()
    const early = { ...sender(), receivedAt: new Date(Date.now() - 100 * 3_600_000) }
    await expect(reader.read(large('/v1/batch', { batch: [page(1)] }), early)).rejects.toMatchObject({
      name: 'KeyringError',
      code: 'KEYRING_HOUR_CLOSED',
      stack: expect.stringContaining('sealParcel') as string,
    })
    expect((await reader.read(large('/v1/batch', { batch: [page(1)] }), sender())).events).toBe(1)
    expect(ended).toEqual([])
  })

  it('tells that it ended by itself, and leaves no request without an answer', async () => {
    openKeyring({ directory: keys, masterKey, now: () => new Date() })
    masterKey = randomBytes(32)
    reader = open()
    await expect(reader.writeKeyIn(large('/v1/batch', '{}'))).rejects.toMatchObject({ code: 'READER_ENDED' })
    await expect(reader.writeKeyIn(large('/v1/batch', '{}'))).rejects.toMatchObject({ code: 'READER_ENDED' })
    expect(ended).toHaveLength(1)
  })
})

const firstIdIn = (value: Uint8Array) => (JSON.parse(Buffer.from(value).toString()) as SealedEvents).id[0]
