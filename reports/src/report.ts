/** A report is data. The command line, HTTP, CSV and the dashboard are all derived from it. */
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { parseRequest } from './invalid-request.ts'

export interface Report<Params extends z.ZodObject = z.ZodObject, Row extends z.ZodObject = z.ZodObject> {
  /** snake_case; also the name of its file in `sql/`. */
  readonly name: string
  readonly title: string
  readonly sql: string
  /** Its keys are the placeholders in the SQL. */
  readonly params: Params
  readonly row: Row
}

/** The part of `@clickhouse/client` that reading needs. */
export interface QueryClient {
  query(options: { query: string; query_params: Record<string, unknown>; format: 'JSONEachRow' }): Promise<{ json<Row>(): Promise<Row[]> }>
}

export function defineReport<Params extends z.ZodObject, Row extends z.ZodObject>(report: Omit<Report<Params, Row>, 'sql'>): Report<Params, Row> {
  return { ...report, sql: readFileSync(new URL(`../sql/${report.name}.sql`, import.meta.url), 'utf8') }
}

/**
 * Rows as the report defines them; amounts are integer minor units.
 * @throws InvalidRequestError with all faults of `params`
 */
export async function runReport<Params extends z.ZodObject, Row extends z.ZodObject>(
  client: QueryClient,
  report: Report<Params, Row>,
  params: z.input<Params>,
): Promise<z.output<Row>[]> {
  const values = parseRequest(report.params, params)
  const result = await client.query({ query: report.sql, query_params: values, format: 'JSONEachRow' })
  const rows = await result.json<unknown>()
  return rows.map((row) => report.row.parse(row))
}
