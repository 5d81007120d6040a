import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WeeklyArchive } from './archive.ts'
import { weeklyReportRoutes } from './routes.ts'

const summary = {
  title: { de: 'Wochenbericht', en: 'Weekly report' },
  subject: { de: 'Betreff', en: 'Subject' },
  headline: { de: 'Es war so.', en: 'It was so.' },
  revenue: [{ currency: 'EUR', revenueNet: 12.5 }],
}
const archive: Pick<WeeklyArchive, 'list' | 'find'> = {
  list: async () => [{ week: '2026-W47', from: '2026-11-16', to: '2026-11-22', madeAt: '2026-11-23T05:00:00.000Z', summary }],
  find: async (week) =>
    week === '2026-W47' ? { summary, files: { 'report.de.html': '<!doctype html><p>ä', 'report.de.md': '# ä', 'report.json': '{"week":1}\n' } } : undefined,
}

let server: FastifyInstance
beforeAll(async () => {
  server = Fastify()
  await server.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }, useDefaults: false } })
  await server.register(
    weeklyReportRoutes({
      archive: archive as WeeklyArchive,
      authorize: async (request, reply) => {
        if (request.headers.authorization !== 'Bearer reader') await reply.status(401).send({ error: { code: 'UNAUTHORIZED' } })
      },
    }),
  )
})
afterAll(() => server.close())
const get = (path: string, authorization = 'Bearer reader') => server.inject({ url: `/v1/weekly-reports${path}`, headers: { authorization } })

test('lists the reports with what they say first', async () => {
  const { title, headline } = summary
  expect((await get('')).json()).toEqual({
    reports: [
      {
        week: '2026-W47',
        from: '2026-11-16',
        to: '2026-11-22',
        madeAt: '2026-11-23T05:00:00.000Z',
        title,
        headline,
        revenue: [{ currency: 'EUR', revenue_net: 12.5 }],
      },
    ],
  })
})

test.each([
  ['report.de.html', 'text/html; charset=utf-8', '<!doctype html><p>ä'],
  ['report.de.md', 'text/markdown; charset=utf-8', '# ä'],
  ['report.json', 'application/json; charset=utf-8', '{"week":1}\n'],
])('answers %s as it was made', async (file, contentType, body) => {
  const response = await get(`/2026-W47/${file}`)
  expect([response.statusCode, response.headers['content-type'], response.body]).toEqual([200, contentType, body])
})

test('lets a page of the same server show the report, and the report do nothing', async () => {
  const { headers } = await get('/2026-W47/report.de.html')
  expect(headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'")
  expect(headers['x-frame-options']).toBe('SAMEORIGIN')
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['x-content-type-options']).toBe('nosniff')
})

test.each(['/2026-W46/report.de.html', '/2026-W47/report.fr.html', '/2026-W47/constructor', '/2026-W47/__proto__'])('knows no %s', async (path) => {
  const response = await get(path)
  expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([404, 'NOT_FOUND'])
})

test.each(['', '/2026-W47/report.de.html'])('lets nobody read /v1/weekly-reports%s who may not', async (path) => {
  expect((await get(path, 'Bearer other')).statusCode).toBe(401)
})
