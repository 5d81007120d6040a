import { type QueryClient, type QueryRequestInput, type QueryResult, reports, runQuery, runReport, toTable } from '@kanalblick/reports'
import type { Table } from '@kanalblick/stream'

/** The answers of the query API, asked of the warehouse itself. */
export const answersOf = (client: QueryClient) => ({
  query: (request: QueryRequestInput): Promise<QueryResult> => runQuery(client, request),
  async report(name: string, params: Readonly<Record<string, string | number>>): Promise<Table> {
    const report = reports.find((candidate) => candidate.name === name)
    if (!report) throw new Error(`There is no report ${name}.`)
    return toTable(report, await runReport(client, report, params))
  },
})
