/** Who may call what: every route of the whole server, without credentials and with the wrong ones. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { createServer } from './http.ts'
import { type Kanalblick, roles, wire } from './wire.ts'

/** Anybody may ask these. Whoever adds a route here says in docs/howto/access.md why. */
const publicRoutes = [
  'GET /healthz',
  'GET /readyz',
  'GET /assets/*',
  'GET /',
  'GET /sign-in',
  'GET /reports',
  'GET /reports/*',
  // Shows a one-time code instead.
  'POST /v1/session',
]
/** These take write keys; all others must refuse one. */
const isIngest = (route: string) => /^POST \/v1\/(events|batch|consents|[a-z]|track|page|screen|identify|group|alias)$|^GET \/v1\/projects\//.test(route)

/** These act for persons who ask about their data: they take privacy keys, and no other key. */
const isForPersons = (route: string) => / \/v1\/requests(\/|$)/.test(route)

const operatorToken = 'operator-of-this-test-operator-of-this-test'
let folder: string
let app: Kanalblick
let server: FastifyInstance
const routes: string[] = []
let writeKey: string
let readKey: string
let privacyKey: string
let revoked: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kanalblick-http-'))
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  app = await wire({ config: readConfig({ data: folder, env: {} }), roles, logger: silent })
  const collect = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }: RouteOptions) => void routes.push(...[method].flat().map((one) => `${one} ${url}`)))
  }
  subscribe('fastify.initialization', collect)
  server = await createServer(app, { operatorToken, isDemo: () => true })
  unsubscribe('fastify.initialization', collect)
  await server.ready()
  if (!app.accessKeys || !app.sessions) throw new Error('The whole server has keys and sessions.')
  writeKey = (await app.accessKeys.create({ kind: 'write', channel: 'shop', channelInstance: 'shop:main', origins: [] })).key
  readKey = (await app.accessKeys.create({ kind: 'read' })).key
  privacyKey = (await app.accessKeys.create({ kind: 'privacy' })).key
  revoked = await openSession()
  await app.sessions.end(revoked)
})
afterAll(async () => {
  await server.close()
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

const openSession = async () => (await app.sessions?.open(await app.sessions.createCode())) ?? expect.fail('a session opens')

/** As its senders call it, so that nothing but the missing right is at fault. */
function call(route: string, headers: Record<string, string> = {}) {
  const [method = '', pattern = ''] = route.split(' ')
  const url = pattern.replace(/:\w+|\*/g, 'x')
  if (method !== 'POST') return server.inject({ method: method as 'GET', url, headers })
  const type = url === '/v1/events' ? 'application/cloudevents-batch+json' : 'application/json'
  return server.inject({ method, url, headers: { 'content-type': type, ...headers }, payload: url === '/v1/events' ? '[]' : '{"batch":[]}' })
}

const isPublic = (route: string) => publicRoutes.includes(route.replace(/^HEAD/, 'GET')) || route.startsWith('OPTIONS ')
const isProtected = (route: string) => !isPublic(route)

async function expectRefusal(route: string, headers?: Record<string, string>) {
  const response = await call(route, headers)
  expect([route, response.statusCode]).toEqual([route, 401])
  if (route.startsWith('HEAD')) return
  const answer = response.json<{ error: Record<string, unknown> }>()
  expect([Object.keys(answer), Object.keys(answer.error)]).toEqual([['error'], ['code', 'message']])
}

describe('every route that is not public is refused with 401 and nothing else', () => {
  test('the list of public routes names routes that exist', () => {
    expect(publicRoutes.filter((route) => !routes.includes(route))).toEqual([])
    expect(routes.filter(isProtected).length).toBeGreaterThan(20)
  })

  test('without credentials', async () => {
    for (const route of routes.filter(isProtected)) await expectRefusal(route)
  })

  test('with keys, tokens and cookies that are none', async () => {
    for (const authorization of ['Bearer', 'Bearer wrong', `Bearer ${operatorToken}x`, `Basic ${btoa('wrong:')}`, operatorToken])
      for (const route of routes.filter(isProtected)) await expectRefusal(route, { authorization })
    for (const token of ['', 'wrong', 'A'.repeat(43), revoked])
      for (const route of routes.filter(isProtected)) await expectRefusal(route, { cookie: `kanalblick_session=${token}`, origin: 'http://localhost:80' })
  })

  test('with a key of the wrong kind', async () => {
    for (const route of routes.filter(isProtected)) {
      if (isIngest(route) || route === 'HEAD /v1/projects/:writeKey/settings') await expectRefusal(route, { authorization: `Bearer ${readKey}` })
      else await expectRefusal(route, { authorization: `Bearer ${writeKey}` })
    }
    for (const route of routes.filter((each) => each.includes('/v1/operator/'))) await expectRefusal(route, { authorization: `Bearer ${readKey}` })
  })

  test('with a privacy key where nobody acts for persons, and without one where somebody does', async () => {
    expect(routes.filter(isForPersons).length).toBeGreaterThan(7)
    const cookie = `kanalblick_session=${await openSession()}`
    for (const route of routes.filter(isProtected)) {
      if (!isForPersons(route)) await expectRefusal(route, { authorization: `Bearer ${privacyKey}` })
      else
        for (const headers of [{ authorization: `Bearer ${readKey}` }, { authorization: `Bearer ${writeKey}` }, { cookie }]) await expectRefusal(route, headers)
    }
  })

  test('with a session where a key is asked for, or with a session and a wrong key', async () => {
    const cookie = `kanalblick_session=${await openSession()}`
    for (const route of ['GET /metrics', 'GET /v1/operator/audit', 'POST /v1/operator/import']) await expectRefusal(route, { cookie })
    for (const route of ['GET /v1/reports', 'GET /v1/session']) await expectRefusal(route, { cookie, authorization: 'Bearer wrong' })
  })
})

describe('who may', () => {
  const cookieOf = async () => ({ cookie: `kanalblick_session=${await openSession()}` })

  test('operators, read keys and sessions ask', async () => {
    for (const headers of [{ authorization: `Bearer ${operatorToken}` }, { authorization: `Bearer ${readKey}` }, await cookieOf()])
      expect((await call('GET /v1/reports', headers)).statusCode).toBe(200)
  })

  test('operators and privacy keys act for persons', async () => {
    for (const authorization of [`Bearer ${operatorToken}`, `Bearer ${privacyKey}`]) {
      expect((await call('GET /v1/requests', { authorization })).json()).toEqual({ requests: [] })
      expect((await call('GET /v1/requests/:id', { authorization })).statusCode).toBe(404)
    }
  })

  test('a session tells the dashboard what it has to know', async () => {
    const response = await call('GET /v1/session', await cookieOf())
    expect(response.json()).toEqual({ demo: true, timeZone: 'Europe/Berlin', today: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })
    expect(response.headers['cache-control']).toBe('no-store')
  })

  test('guessing codes is slowed down', async () => {
    const guess = () => server.inject({ method: 'POST', url: '/v1/session', headers: { origin: 'http://localhost:80' }, payload: { code: 'A'.repeat(43) } })
    const statuses: number[] = []
    for (let i = 0; i < 100; i++) statuses.push((await guess()).statusCode)
    expect(statuses[0]).toBe(401)
    expect(statuses.at(-1)).toBe(429)
    expect((await guess()).headers['retry-after']).toBe('1')
  })
})
