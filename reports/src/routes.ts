import { Readable } from 'node:stream'
import { csvLines, type Table } from '@kanalblick/stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { z } from 'zod'
import { InvalidRequestError, parseRequest } from './invalid-request.ts'
import { queryRequest } from './query/request.ts'
import { runQuery } from './query/run.ts'
import { type QueryClient, runReport } from './report.ts'
import { reports } from './reports.ts'
import { toTable } from './table.ts'

export interface ReportRoutesOptions {
  readonly client: QueryClient
  /** Answers a request that may not read, before its body is read, and lets the others pass. */
  readonly authorize: onRequestAsyncHookHandler
}

const formatField = z.enum(['json', 'csv']).optional()
type Format = z.output<typeof formatField>
const queryBody = queryRequest.safeExtend({ format: formatField })

/**
 * - `POST /v1/query`           metrics by dimensions
 * - `GET /v1/reports`          the reports, with the JSON schemas of their parameters
 * - `GET /v1/reports/:name`    one report; its parameters stand in the query string
 *
 * CSV instead of JSON by `Accept: text/csv` or `format=csv` (in the body of a query, in the query string of a report).
 * Amounts are in major units, exact. A request that cannot be answered gets 400 with all its faults.
 */
export const reportRoutes =
  ({ client, authorize }: ReportRoutesOptions): FastifyPluginAsync =>
  async (server) => {
    server.addHook('onRequest', authorize)
    server.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof InvalidRequestError)) throw error
      return reply.status(error.statusCode).send({ error: { code: error.code, message: error.message, faults: error.faults } })
    })

    server.post('/v1/query', async (request, reply) => {
      const { format, ...query } = parseRequest(queryBody, request.body)
      const result = await runQuery(client, query)
      return wantsCsv(request, format) ? sendCsv(reply, 'query', result) : result
    })

    server.get('/v1/reports', () => ({
      reports: reports.map(({ name, title, params }) => ({ name, title, params: z.toJSONSchema(params, { io: 'input' }) })),
    }))

    server.get<{ Params: { name: string } }>('/v1/reports/:name', async (request, reply) => {
      const report = reports.find(({ name }) => name === request.params.name)
      if (!report) return reply.status(404).send({ error: { code: 'NOT_FOUND', message: 'There is no such report. GET /v1/reports lists them.' } })
      const { format, ...params } = parseRequest(report.params.safeExtend({ format: formatField }), request.query) as { format?: Format }
      const table = toTable(report, await runReport(client, report, params))
      return wantsCsv(request, format) ? sendCsv(reply, report.name, table) : { name: report.name, title: report.title, params, ...table }
    })
  }

const wantsCsv = ({ headers }: FastifyRequest, format: Format) => (format === undefined ? (headers.accept?.includes('text/csv') ?? false) : format === 'csv')

const sendCsv = (reply: FastifyReply, name: string, table: Table) =>
  reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(Readable.from(csvLines(table)))
