import type { FastifyPluginAsync, onRequestAsyncHookHandler } from 'fastify'
import type { ArchivedReport, WeeklyArchive } from './archive.ts'

export interface WeeklyReportRoutesOptions {
  readonly archive: WeeklyArchive
  /** Answers a request that may not read, and lets the others pass. */
  readonly authorize: onRequestAsyncHookHandler
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  json: 'application/json; charset=utf-8',
}

/** A report is shown as it is, within a page of the same server: it runs nothing and loads nothing but the pictures within it. */
const documentHeaders = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'",
  'x-frame-options': 'SAMEORIGIN',
  'cache-control': 'no-store',
}

/**
 * - `GET /v1/weekly-reports`               what is archived, the latest week first; amounts in major units, exact
 * - `GET /v1/weekly-reports/:week/:file`   a file of a report as it was made: `report.de.html`, `mail.de.html`, `report.de.md`, `report.json`
 */
export const weeklyReportRoutes =
  ({ archive, authorize }: WeeklyReportRoutesOptions): FastifyPluginAsync =>
  async (server) => {
    server.addHook('onRequest', authorize)

    server.get('/v1/weekly-reports', async (_request, reply) => reply.header('cache-control', 'no-store').send({ reports: (await archive.list()).map(listed) }))

    server.get<{ Params: { week: string; file: string } }>('/v1/weekly-reports/:week/:file', async ({ params: { week, file } }, reply) => {
      const report = await archive.find(week)
      const content = report && Object.hasOwn(report.files, file) ? report.files[file] : undefined
      const contentType = contentTypes[file.slice(file.lastIndexOf('.') + 1)]
      if (content === undefined || contentType === undefined)
        return reply.status(404).send({ error: { code: 'NOT_FOUND', message: 'There is no such weekly report. GET /v1/weekly-reports lists them.' } })
      return reply.headers(documentHeaders).type(contentType).send(content)
    })
  }

const listed = ({ week, from, to, madeAt, summary: { title, headline, revenue } }: ArchivedReport) => ({
  week,
  from,
  to,
  madeAt,
  title,
  headline,
  revenue: revenue.map(({ currency, revenueNet }) => ({ currency, revenue_net: revenueNet })),
})
