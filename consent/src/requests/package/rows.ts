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

export type InParts = (row: SubjectRow) => SubjectRow

/**
 * Rows under the names by which their store describes them: an object that is described by its parts (`context.country`) stands in parts.
 * Parts without a description keep their name beside the others.
 */
export function inDescribedParts(described: ReadonlySet<string>): InParts {
  const whole = new Set([...described].flatMap((name) => [...name.matchAll(/\./g)].map(({ index }) => name.slice(0, index))))
  const partsOf = (name: string, value: unknown): [string, unknown][] => {
    const isWhole = value === undefined || (typeof value === 'object' && !Array.isArray(value))
    if (!whole.has(name) || !isWhole) return [[name, value]]
    return Object.entries(value ?? {}).flatMap(([part, inner]) => partsOf(`${name}.${part}`, inner))
  }
  return (row) => Object.fromEntries(Object.entries(row).flatMap(([name, value]) => partsOf(name, value)))
}

/** RFC 4180; what is no plain value stands as its JSON text. */
export async function* toCsv(columns: readonly string[], rows: AsyncIterable<SubjectRow>, inParts: InParts): AsyncGenerator<string, void> {
  yield csvLine(columns)
  for await (const row of rows) {
    const parts = inParts(row)
    yield csvLine(columns.map((column) => cell(parts[column])))
  }
}

function cell(value: unknown): Cell {
  if (value === undefined || value === null) return null
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value)
}
