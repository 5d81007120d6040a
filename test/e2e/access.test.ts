/** Signing in to the dashboard, as a browser does it against the real program. */
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askKanalblick, runKanalblick, type Server, startKanalblick, temporaryFolder, until } from '../support/product.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let data: string[]
let server: Server
beforeEach(async () => {
  folder = await temporaryFolder()
  data = ['--data', join(folder.path, 'data')]
  server = await startKanalblick(data)
})
afterEach(async () => {
  await server.stop()
  await folder.remove()
})

const question = JSON.stringify({ metrics: ['orders'], from: '2026-03-01', to: '2026-03-31' })
const codeOf = (link = '') => new URL(link).hash.slice(1)

/** Sends what a page of this server sends. */
const fromPage = (method: string, path: string, { cookie, body, origin = server.url }: { cookie?: string; body?: string; origin?: string } = {}) =>
  fetch(new URL(path, server.url), {
    method,
    headers: { origin, ...(cookie ? { cookie } : {}), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body } : {}),
  })

const open = (code: string) => fromPage('POST', '/v1/session', { body: JSON.stringify({ code }) })
const errorCode = async (response: Response) => [response.status, ((await response.json()) as { error: { code: string } }).error.code]

async function signIn(): Promise<string> {
  const { signIn: link } = await askKanalblick<{ signIn: string }>(['sign-in', ...data])
  const [cookie = ''] = (await open(codeOf(link))).headers.getSetCookie()
  return cookie.split(';')[0] ?? ''
}
const ask = (cookie: string) => fromPage('POST', '/v1/query', { cookie, body: question })

/** fetch sets the host itself. */
function statusUnder(host: string, path = '/v1/reports'): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

describe('the link that start prints', () => {
  test('signs in once, and what it opened lasts until the holder signs out', async () => {
    expect(server.signIn).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in#[\w-]{43}$/)
    const code = codeOf(server.signIn)
    const response = await open(code)
    expect(response.status).toBe(204)
    const [setCookie = ''] = response.headers.getSetCookie()
    expect(setCookie).toMatch(/^kanalblick_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/)
    const cookie = setCookie.split(';')[0] ?? ''

    expect(await errorCode(await open(code))).toEqual([401, 'SIGN_IN_CODE_REFUSED'])
    expect((await ask(cookie)).status).toBe(200)
    expect(await (await fromPage('GET', '/v1/session', { cookie })).json()).toMatchObject({ demo: false, timeZone: 'Europe/Berlin' })
    expect((await fromPage('DELETE', '/v1/session', { cookie })).status).toBe(204)
    expect((await ask(cookie)).status).toBe(401)

    await server.stop()
    server = await startKanalblick(data)
    expect(server.signIn).toBeUndefined()
    const { stderr } = await server.stop()
    for (const secret of [code, cookie.split('=')[1] ?? '']) expect(stderr).not.toContain(secret)
  })
})

describe('a session ends', () => {
  test('when it is revoked by its id, within five seconds', async () => {
    const [cookie, other] = [await signIn(), await signIn()]
    const [session] = await askKanalblick<{ id: string }[]>(['sessions', 'list', ...data])
    expect((await runKanalblick(['sessions', 'revoke', session?.id ?? '', ...data])).stdout).toMatch(/^Revoked \w+\./)
    await until(async () => (await ask(cookie)).status === 401, 'the session is refused', 5_000)
    expect((await ask(other)).status).toBe(200)
    expect(await askKanalblick(['sessions', 'revoke', '--all', ...data])).toEqual({ revoked: 1 })
    await until(async () => (await ask(other)).status === 401, 'all sessions are refused', 5_000)
  })

  test('with all others when the holder signs out everywhere', async () => {
    const [cookie, other] = [await signIn(), await signIn()]
    expect((await fromPage('DELETE', '/v1/sessions', { cookie })).status).toBe(204)
    expect([(await ask(cookie)).status, (await ask(other)).status]).toEqual([401, 401])
  })
})

describe('a page from elsewhere', () => {
  test('cannot make a signed-in browser change or ask anything', async () => {
    const cookie = await signIn()
    const origin = 'https://evil.example'
    for (const [method, path, body] of [
      ['POST', '/v1/query', question],
      ['DELETE', '/v1/session', undefined],
      ['DELETE', '/v1/sessions', undefined],
      ['POST', '/v1/session', JSON.stringify({ code: 'x' })],
    ] as const)
      expect(await errorCode(await fromPage(method, path, { cookie, origin, ...(body ? { body } : {}) }))).toEqual([403, 'CROSS_SITE_REQUEST'])
    expect((await ask(cookie)).status).toBe(200)
  })

  test('cannot reach the server under a name of its own', async () => {
    expect(await statusUnder('evil.example')).toBe(421)
    expect(await statusUnder('evil.example', '/')).toBe(421)
    expect(await statusUnder('localhost:1')).toBe(401)
    expect(await statusUnder('evil.example', '/healthz')).toBe(200)
  })

  test('finds no place for a script in the dashboard', async () => {
    const policy = (await fetch(server.url)).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toMatch(/script-src[^;]*unsafe|default-src (?!'none')/)
  })
})

test('behind a proxy with https the link and the cookie are of the public address', async () => {
  await server.stop()
  server = await startKanalblick(data, { env: { KANALBLICK_PUBLIC_URL: 'https://kanalblick.example' } })
  expect(server.signIn).toMatch(/^https:\/\/kanalblick\.example\/sign-in#/)
  const response = await fromPage('POST', '/v1/session', { body: JSON.stringify({ code: codeOf(server.signIn) }), origin: 'https://kanalblick.example' })
  expect(response.headers.getSetCookie()[0]).toMatch(/; HttpOnly; Secure; SameSite=Strict$/)
  expect(await statusUnder('kanalblick.example')).toBe(401)
})
