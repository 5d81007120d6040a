import { connect } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { completed, errorCode, type IngestServer, type Refusal, startIngest } from '../support/ingest-server.ts'

let server: IngestServer
beforeAll(async () => {
  server = await startIngest({ bodyBytes: 200_000, decompressedBytes: 1_000_000, eventBytes: 20_000, eventsPerRequest: 200 })
})
afterEach(() => {
  server.failure = undefined
  for (const list of [server.events, server.logged, server.refused]) list.length = 0
})
afterAll(() => server.close())

describe('what cannot be accepted', () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000, ' '))

  it.each<[string, unknown, Record<string, string>, number, string]>([
    ['no key', { batch: [] }, { authorization: '' }, 401, 'WRITE_KEY_UNKNOWN'],
    ['an unknown key', { batch: [] }, { authorization: 'Bearer wk_nobody' }, 401, 'WRITE_KEY_UNKNOWN'],
    ['a key of the language', { batch: [], writeKey: '__proto__' }, { authorization: '' }, 401, 'WRITE_KEY_UNKNOWN'],
    ['no JSON', 'batch=1', {}, 400, 'BODY_NOT_JSON'],
    ['nothing', '', {}, 400, 'BODY_NOT_JSON'],
    ['broken UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), {}, 400, 'BODY_NOT_JSON'],
    ['no batch', { events: [] }, {}, 400, 'BODY_INVALID'],
    ['a body too large', 'x'.repeat(200_001), {}, 413, 'BODY_TOO_LARGE'],
    ['a gzip bomb', bomb, { 'content-encoding': 'gzip' }, 413, 'BODY_TOO_LARGE'],
    ['broken gzip', 'not gzip', { 'content-encoding': 'gzip' }, 400, 'BODY_UNREADABLE'],
    ['half a gzip', gzipSync('{"batch":[]}').subarray(0, 15), { 'content-encoding': 'gzip' }, 400, 'BODY_UNREADABLE'],
    ['Brotli', brotliCompressSync('{"batch":[]}'), { 'content-encoding': 'br' }, 415, 'ENCODING_UNSUPPORTED'],
    ['too many events', { batch: Array.from({ length: 201 }, () => ({})) }, {}, 413, 'TOO_MANY_EVENTS'],
  ])('is refused with a clear answer: %s', async (_, body, headers, status, code) => {
    const answer = await server.post('/v1/batch', body, headers)
    const { error } = (await answer.json()) as Refusal
    expect([answer.status, error.code]).toEqual([status, code])
    expect(error.message.length).toBeGreaterThan(20)
    expect(server.events).toEqual([])
    expect(server.refused).toEqual([code])
  })

  it('is refused as a chunked body that never ends', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        if (sent > 100) controller.close()
        else controller.enqueue(new Uint8Array(65_536))
      },
    })
    const answer = await fetch(`${server.url}/v1/batch`, {
      method: 'POST',
      body: endless,
      duplex: 'half',
      headers: { authorization: 'Bearer wk_shop' },
    } as RequestInit)
    expect(answer.status).toBe(413)
  })

  it('comes back as 503 while the log is down, and tells no more than that', async () => {
    server.failure = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:9092'), { code: 'ECONNREFUSED' })
    const answer = await server.post('/v1/batch', { batch: [completed('m')] })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.text()).not.toMatch(/ECONNREFUSED|10\.0\.0\.7/)
    expect(server.logged).toHaveLength(1)
    expect(JSON.stringify(server.logged)).not.toMatch(/u-1|1001/)
  })

  it('is refused single when its key stands in a body that cannot be trusted', async () => {
    const answer = await server.post('/v1/track', '{"writeKey":"wk_shop","writeKey":"wk_other","event":"Order Completed"}', { authorization: '' })
    expect([answer.status, await errorCode(answer)]).toEqual([400, 'BODY_INVALID'])
  })

  it('does not end the server when a client hangs up', async () => {
    const { hostname, port } = new URL(server.url)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write('POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: Bearer wk_shop\r\ncontent-length: 1000\r\n\r\n{"batch":[', () => socket.destroy())
      })
      socket.on('close', () => resolve())
    })
    expect((await server.post('/v1/batch', { batch: [completed('m')] })).status).toBe(200)
  })
})

describe('a flood', () => {
  it('is slowed down for its key and for no other', async () => {
    const slow = await startIngest({ requestsPerMinute: 2 })
    try {
      const send = (key: string) => slow.post('/v1/batch', { batch: [completed('m')] }, { authorization: `Bearer ${key}` })
      expect([(await send('wk_shop')).status, (await send('wk_shop')).status]).toEqual([200, 200])
      const answer = await send('wk_shop')
      expect([answer.status, await errorCode(answer)]).toEqual([429, 'RATE_LIMITED'])
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await send('wk_other')).status).toBe(200)
      expect(slow.events).toHaveLength(3)
    } finally {
      await slow.close()
    }
  })
})

describe('one bad event', () => {
  it.each([
    ['a key twice', '{"type":"track","type":"page"}'],
    ['a poisoned prototype', '{"type":"track","__proto__":{"properties":{"polluted":true}}}'],
    ['a poisoned constructor', '{"type":"track","constructor":{"prototype":{"polluted":true}}}'],
    ['a number out of range', '{"type":"track","event":"Order Completed","properties":{"order_id":"1","currency":"EUR","total":1e999}}'],
    [
      'an order number that numbers cannot keep',
      '{"type":"track","event":"Order Completed","properties":{"order_id":12345678901234567890,"currency":"EUR","total":1}}',
    ],
    ['excessive depth', `{"type":"track","properties":${'['.repeat(90_000)}${']'.repeat(90_000)}}`],
    ['excessive size', `{"type":"track","properties":{"x":"${'x'.repeat(20_000)}"}}`],
    ['another type altogether', '"track"'],
    ['an unmappable order', '{"type":"track","event":"Order Completed","properties":{"order_id":"1"}}'],
    [
      'a foreign time',
      '{"type":"track","event":"Order Completed","timestamp":"0001-01-01T00:00:00Z","properties":{"order_id":"1","currency":"EUR","total":1}}',
    ],
  ])('becomes a dead letter and its neighbours flow: %s', async (_, bad) => {
    const answer = await server.post('/v1/batch', `{"batch":[${JSON.stringify(completed('m-1'))},${bad},${JSON.stringify(completed('m-2'))}]}`)
    expect([answer.status, await answer.json()]).toEqual([200, { success: true }])
    expect(server.events.map(({ malformed }) => malformed === undefined)).toEqual([true, false, true])
    expect(server.events[1]).toMatchObject({ data: {}, identifiers: [], context: {} })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('gets the same id when its batch is sent again', async () => {
    const batch = `{"batch":[{"type":"track","type":"page"},${JSON.stringify(completed('m'))}],"sentAt":"`
    await server.post('/v1/batch', `${batch}1"}`)
    await server.post('/v1/batch', `${batch}2"}`)
    expect(server.events).toHaveLength(4)
    expect(new Set(server.events.map(({ id }) => id)).size).toBe(2)
  })

  it('is not made of a type that the catalogue does not know', async () => {
    const answer = await server.post('/v1/track', { event: 'Signed Up', properties: { email: 'ada@example.org' } })
    expect(answer.status).toBe(200)
    expect(server.events).toMatchObject([{ type: 'segment.track:Signed Up', data: {}, identifiers: [] }])
  })
})
