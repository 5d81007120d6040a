import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHostCheck } from './hosts.ts'

const server = Fastify({ logger: false })
beforeAll(async () => {
  const http = { host: '10.1.2.3', port: 4180, publicUrl: 'https://kanalblick.example', allowedHosts: ['Ingest', 'collector.internal', '[fd00::1]'] }
  server.addHook('onRequest', createHostCheck(http))
  for (const path of ['/', '/healthz', '/readyz']) server.get(path, () => 'here')
  await server.ready()
})
afterAll(() => server.close())

const ask = (host: string, url = '/') => server.inject({ url, headers: { host } })

describe('the server answers', () => {
  test.each([
    'localhost',
    'localhost:5173',
    'LOCALHOST:4180',
    '127.0.0.1:4180',
    '[::1]:4180',
    '10.1.2.3:4180',
    'kanalblick.example',
    'kanalblick.example:8443',
    'ingest:4180',
    'collector.internal',
    '[fd00::1]:4180',
  ])('to %s', async (host) => {
    expect((await ask(host)).statusCode).toBe(200)
  })

  test.each(['/healthz', '/readyz'])('to any name at %s', async (path) => {
    expect((await ask('10.9.9.9:4180', path)).statusCode).toBe(200)
  })
})

describe('the server refuses', () => {
  test.each([
    'evil.example',
    'localhost.evil.example',
    'evil.example:4180',
    '10.9.9.9',
    '0.0.0.0:4180',
    'localhost@evil.example',
    'evil.example/localhost',
    'kanalblick.example.',
  ])('%j, and says what to set', async (host) => {
    for (const path of ['/', '/no/such/route']) {
      const response = await ask(host, path)
      expect(response.statusCode).toBe(421)
      expect(response.json()).toMatchObject({ error: { code: 'HOST_NOT_ALLOWED', message: /http\.publicUrl .*http\.allowedHosts/ } })
      expect(response.body).not.toMatch(/evil|9\.9/)
    }
  })
})

// 127.0.0.0/8 is all this machine on Linux only.
test.skipIf(process.platform !== 'linux')('a server that listens everywhere answers under the address that the request arrived at', async () => {
  const everywhere = Fastify({ logger: false })
  everywhere.addHook('onRequest', createHostCheck({ host: '0.0.0.0', port: 0, allowedHosts: [] }))
  everywhere.get('/', () => 'here')
  const { port } = new URL(await everywhere.listen({ host: '0.0.0.0', port: 0 }))
  expect((await fetch(`http://127.0.0.2:${port}/`)).status).toBe(200)
  await everywhere.close()
})
