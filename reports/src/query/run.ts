import type { Cell, Table } from '@kanalblick/stream'
import { minorUnitExponent } from '@kanalblick/stream'
import { fraction, wholeNumber } from '../columns.ts'
import { parseRequest } from '../invalid-request.ts'
import { toExact } from '../money.ts'
import type { QueryClient } from '../report.ts'
import { buildQuery, type Column, columnInSql } from './build.ts'
import { type QueryRequestInput, queryRequest } from './request.ts'

export interface QueryResult extends Table {
  readonly from: string
  readonly to: string
  /** What the rows' amounts are in. Amounts of different currencies stand in different rows. */
  readonly currencies: readonly string[]
  /** The rollup that answered. */
  readonly generated_from: string
  readonly columns: readonly Column[]
  /** Amounts are in major units and exact: 22169821 pence are the number 221698.21. What no number holds exactly is a text of its digits. */
  readonly rows: readonly Readonly<Record<string, Cell>>[]
}

/** @throws InvalidRequestError with all faults of the request */
export async function runQuery(client: QueryClient, request: QueryRequestInput): Promise<QueryResult> {
  const parsed = parseRequest(queryRequest, request)
  const { sql, params, columns, rollup } = buildQuery(parsed)
  const result = await client.query({ query: sql, query_params: params, format: 'JSONEachRow' })
  const rows = (await result.json<Record<string, unknown>>()).map((row) => toApi(row, columns))
  const currencies = [...new Set(rows.flatMap(({ currency }) => (typeof currency === 'string' && currency !== '' ? [currency] : [])))].toSorted()
  return { from: parsed.from, to: parsed.to, currencies, generated_from: rollup, columns, rows }
}

function toApi(row: Record<string, unknown>, columns: readonly Column[]): Record<string, Cell> {
  const { currency } = row as { currency?: string }
  return Object.fromEntries(columns.map((column) => [column.name, cellOf(row[columnInSql(column)], column.unit, currency ?? '')]))
}

function cellOf(value: unknown, unit: Column['unit'], currency: string): Cell {
  if (unit === 'period' || unit === 'dimension') return String(value)
  if (unit === 'ratio') return fraction.parse(value)
  const whole = wholeNumber.nullable().parse(value)
  return whole === null ? null : toExact(whole, unit === 'money' ? minorUnitExponent(currency) : 0)
}
