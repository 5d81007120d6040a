import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dashboardFiles } from './dashboard-files.ts'

let folder: string
let server: FastifyInstance
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kanalblick-dashboard-'))
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  server = Fastify({ logger: false, routerOptions: { ignoreTrailingSlash: true } })
  await server.register(helmet)
  await server.register(dashboardFiles(join(folder, 'dist')))
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

function build() {
  mkdirSync(join(folder, 'dist', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'dist', 'index.html'), '<!doctype html><title>Kanalblick</title>')
  writeFileSync(join(folder, 'dist', 'assets', 'index-a1.js'), 'export {}')
  writeFileSync(join(folder, 'dist', 'assets', '.hidden'), 'secret')
}

test.each(['/', '/sign-in', '/reports', '/reports/weekly/2011-W45', '/reports/'])('%s is the dashboard, asked for anew each time', async (path) => {
  build()
  const response = await server.inject(path)
  expect([response.statusCode, response.headers['content-type'], response.headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-cache'])
  expect(response.body).toContain('Kanalblick')
})

test('an asset is kept for good: its name changes with its content', async () => {
  build()
  const response = await server.inject('/assets/index-a1.js')
  expect([response.statusCode, response.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
  expect(response.headers['content-type']).toMatch(/javascript/)
})

test('scripts and styles come from files of this server only, and nothing tells where the reader comes from', async () => {
  build()
  for (const path of ['/', '/assets/index-a1.js']) {
    const { headers } = await server.inject(path)
    expect(String(headers['content-security-policy']).split(';')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "frame-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
    expect(headers['referrer-policy']).toBe('no-referrer')
  }
})

test.each([
  '/assets/missing.js',
  '/assets/',
  '/assets/.hidden',
  '/assets/../../secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/assets/%2e%2e/%2e%2e/secret.txt',
  '/assets/%252e%252e%252f%252e%252e%252fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/assets//etc/passwd',
  '/assets/%00',
])('%s is no asset', async (path) => {
  build()
  const response = await server.inject(path)
  expect(response.statusCode).toBeGreaterThanOrEqual(400)
  expect(response.statusCode).toBeLessThan(500)
  expect(response.headers['cache-control'] ?? '').not.toContain('immutable')
  expect(response.body).not.toMatch(/secret$|root:/)
})

test('without a build it says how to make one, and notices when it is there', async () => {
  const missing = await server.inject('/')
  expect(missing.statusCode).toBe(503)
  expect(missing.body).toMatch(/^The dashboard is not built\. Run "npm run build"/)
  build()
  expect((await server.inject('/')).statusCode).toBe(200)
})
