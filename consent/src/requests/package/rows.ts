/** The rows of a store as they lie in the package. Line by line: nothing is held. */
import { type Cell, csvLine, type SubjectRow } from '@kanalblick/stream'

/** An array with one row per line. */
export async function* toJson(rows: AsyncIterable<SubjectRow>): AsyncGenerator<string, void> {
  let before = '['
  for await (const row of rows) {
    yield `${before}\n  ${JSON.stringify(row)}`
    before = ','
  }
  yield before === '[' ? '[]\n' : '\n]\n'
}

/** RFC 4180; what is no plain value stands as its JSON text. */
export async function* toCsv(columns: readonly string[], rows: AsyncIterable<SubjectRow>): AsyncGenerator<string, void> {
  yield csvLine(columns)
  for await (const row of rows) yield csvLine(columns.map((column) => cell(row[column])))
}

function cell(value: unknown): Cell {
  if (value === undefined || value === null) return null
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value)
}
