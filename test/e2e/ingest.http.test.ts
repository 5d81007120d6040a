import { gzipSync } from 'node:zlib'
import { Analytics } from '@segment/analytics-node'
import { CloudEvent, emitterFor, HTTP, httpTransport, Mode } from 'cloudevents'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { completed, errorCode, type IngestServer, order, shopOrigin, startIngest } from '../support/ingest-server.ts'

let server: IngestServer
beforeAll(async () => {
  server = await startIngest()
})
afterEach(() => {
  server.failure = undefined
  for (const list of [server.events, server.logged, server.refused]) list.length = 0
})
afterAll(() => server.close())

const cloudEvent = (id: string) => ({
  specversion: '1.0',
  id,
  source: '/shop',
  type: 'com.kanalblick.order_placed',
  time: '2026-05-01T10:00:00Z',
  data: { order_id: id, currency: 'EUR', total_net_minor: 100, items: [] },
})

describe('the Segment client for Node', () => {
  const client = () => new Analytics({ writeKey: 'wk_shop', host: server.url, maxRetries: 2, flushAt: 3 })

  it('delivers orders, page views and choices by changing its host', async () => {
    const analytics = client()
    const problems: unknown[] = []
    analytics.on('error', (problem) => problems.push(problem))
    const context = { ip: '203.0.113.9', userAgent: 'Googlebot/2.1', consent: { categoryPreferences: { Statistik: true, Marketing: false } } }
    analytics.track({ userId: 'ada@example.org', event: 'Order Completed', properties: order, context })
    analytics.page({ anonymousId: 'a-1', properties: { url: 'https://shop.example/p/1?email=ada%40example.org', path: '/p/1' }, context })
    analytics.identify({ userId: 'ada@example.org', traits: { name: 'Ada' }, context })
    await analytics.closeAndFlush()

    expect(problems).toEqual([])
    expect(server.events.map(({ type, channel, channel_instance, collector }) => [type, channel, channel_instance, collector])).toEqual([
      ['order_placed', 'shop', 'shop:1', 'segment'],
      ['page_viewed', 'shop', 'shop:1', 'segment'],
      ['consent_recorded', 'shop', 'shop:1', 'segment'],
    ])
    const [placed, viewed, recorded] = server.events
    expect(placed).toMatchObject({ identifiers: [{ kind: 'email', value: 'ada@example.org' }], data: { order_id: '1001', total_net_minor: 10_000 } })
    expect(viewed).toMatchObject({
      data: { url_path: '/p/1' },
      context: { device: { class: 'bot' } },
      consent: { purposes: { web_analytics: true, ad_measurement: false } },
    })
    expect(recorded?.data).toMatchObject({ purposes: { web_analytics: true, ad_measurement: false } })
    expect(JSON.stringify(server.events)).not.toMatch(/203\.0\.113|Googlebot|email=|"Ada"/)
  })

  it('keeps events while the log is down and delivers them after, each once', async () => {
    server.failure = new Error('disk full')
    const analytics = client()
    analytics.on('http_request', () => {
      // The first attempt is answered 503; by the second the log is back.
      if (server.refused.includes('STORAGE_UNAVAILABLE')) server.failure = undefined
    })
    analytics.track({ userId: 'u-1', event: 'Order Completed', properties: order })
    await analytics.closeAndFlush()
    expect(server.refused).toContain('STORAGE_UNAVAILABLE')
    expect(server.events.map(({ type }) => type)).toEqual(['order_placed'])
  })
})

describe('the CloudEvents client', () => {
  it.each([Mode.BINARY, Mode.STRUCTURED])('delivers in %s mode', async (mode) => {
    const message = HTTP[mode === Mode.BINARY ? 'binary' : 'structured'](new CloudEvent(cloudEvent('köln 100%')))
    const answer = await server.post('/v1/events', message.body as string, message.headers as Record<string, string>)
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 1, malformed: 0 }])
    expect(server.events).toMatchObject([{ type: 'order_placed', collector: 'cloudevents', time: '2026-05-01T10:00:00.000Z', data: { order_id: 'köln 100%' } }])
  })

  it('delivers through its own transport, chunked', async () => {
    const emit = emitterFor(httpTransport(`${server.url}/v1/events`), { mode: Mode.STRUCTURED })
    await emit(new CloudEvent(cloudEvent('1')), { headers: { authorization: `Basic ${btoa('wk_shop:')}` } })
    expect(server.events).toMatchObject([{ type: 'order_placed', data: { order_id: '1' } }])
  })

  it('delivers batches', async () => {
    const answer = await server.post('/v1/events', [cloudEvent('1'), { ...cloudEvent('2'), data: 7 }, cloudEvent('3')], {
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
    })
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 3, malformed: 1 }])
    expect(server.events.map(({ malformed, data }) => malformed ?? data['order_id'])).toEqual(['1', 'event.data is not a JSON object', '3'])
  })
})

describe('the same order', () => {
  it('is one event, sent by either client, once or again', async () => {
    await server.post('/v1/batch', { batch: [completed('m-1'), completed('m-2')] })
    await server.post('/v1/track', completed('m-3'))
    await server.post(
      '/v1/events',
      { ...cloudEvent('x'), data: { ...cloudEvent('x').data, order_id: '1001' } },
      { 'content-type': 'application/cloudevents+json' },
    )
    expect(server.events).toHaveLength(4)
    expect(new Set(server.events.map(({ id, version }) => `${id} ${version}`)).size).toBe(1)
  })
})

describe('a browser', () => {
  const textPlain = { 'content-type': 'text/plain', origin: shopOrigin }

  it.each([
    ['/v1/t', { ...completed('m') }, 'order_placed'],
    ['/v1/p', { properties: { path: '/a' } }, 'page_viewed'],
    ['/v1/page', { properties: { path: '/a' } }, 'page_viewed'],
    ['/v1/b', { batch: [completed('m')] }, 'order_placed'],
    ['/v1/i', { userId: 'u', context: { consent: { categoryPreferences: { Analytics: true } } } }, 'consent_recorded'],
    ['/v1/g', { groupId: 'g' }, 'segment.group'],
  ])('sends to %s as text, with the key in the body', async (path, body, type) => {
    const answer = await server.post(path, { ...body, writeKey: 'wk_shop' }, { ...textPlain, authorization: '' })
    expect([answer.status, await answer.json()]).toEqual([200, { success: true }])
    expect(answer.headers.get('access-control-allow-origin')).toBe(shopOrigin)
    expect(answer.headers.get('vary')).toBe('Origin')
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(server.events.map((event) => event.type)).toEqual([type])
  })

  it('is recognised by its user agent, which a server is not', async () => {
    const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'
    await server.post('/v1/page', { properties: { path: '/a' } }, { ...textPlain, 'user-agent': chrome })
    await server.post('/v1/page', { properties: { path: '/a' } }, { 'user-agent': chrome })
    expect(server.events.map(({ context }) => context.device)).toEqual([{ class: 'desktop', browser: 'Chrome', os: 'Windows' }, undefined])
  })

  it.each(['sec-gpc', 'dnt'])('objects with %s', async (header) => {
    await server.post('/v1/page', { properties: { path: '/a' } }, { ...textPlain, [header]: '1' })
    await server.post('/v1/page', { properties: { path: '/a' } }, { ...textPlain, [header]: '0' })
    expect(server.events.map(({ consent }) => consent)).toEqual([
      { purposes: { ad_measurement: false, personalisation: false, platform_sharing: false }, origin: 'gpc' },
      undefined,
    ])
  })

  it.each(['https://evil.example', 'https://other.example', 'null'])('is refused on a page of %s', async (origin) => {
    const answer = await server.post('/v1/t', completed('m'), { origin })
    expect([answer.status, await errorCode(answer)]).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(server.events).toEqual([])
  })

  it('is let ask first on pages that some key allows, and on no others', async () => {
    const ask = async (origin: string) => {
      const { status, headers } = await fetch(`${server.url}/v1/t`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })
      return [status, headers.get('access-control-allow-origin'), headers.get('access-control-allow-headers')?.includes('authorization')]
    }
    expect(await ask(shopOrigin)).toEqual([204, shopOrigin, true])
    expect(await ask('https://evil.example')).toEqual([204, null, undefined])
  })

  it('is told where to send', async () => {
    const settings = await fetch(`${server.url}/v1/projects/wk_shop/settings`, { headers: { origin: shopOrigin } })
    expect(settings.headers.get('access-control-allow-origin')).toBe(shopOrigin)
    expect(await settings.json()).toEqual({
      integrations: { 'Segment.io': { apiKey: 'wk_shop', apiHost: `${new URL(server.url).host}/v1`, protocol: 'http' } },
    })
    expect((await fetch(`${server.url}/v1/projects/__proto__/settings`)).status).toBe(401)
  })
})

it('reads compressed bodies', async () => {
  const answer = await server.post('/v1/batch', gzipSync(JSON.stringify({ batch: Array.from({ length: 100 }, (_, index) => completed(`m-${index}`)) })), {
    'content-encoding': 'gzip',
  })
  expect(answer.status).toBe(200)
  expect(server.events).toHaveLength(100)
})
