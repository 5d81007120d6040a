/** Tables as CSV: RFC 4180, complete, safe to open in a spreadsheet. */

export type Cell = string | number | boolean | null

export interface Table {
  readonly columns: readonly { readonly name: string }[]
  readonly rows: readonly Readonly<Record<string, Cell>>[]
}

/** Line by line, so that a large table need not be held as one text. */
export function* csvLines({ columns, rows }: Table): Generator<string, void> {
  yield csvLine(columns.map(({ name }) => name))
  for (const row of rows) yield csvLine(columns.map(({ name }) => row[name] ?? null))
}

export const toCsv = (table: Table): string => [...csvLines(table)].join('')

export const csvLine = (cells: readonly Cell[]): string => `${cells.map((cell) => quoted(neutral(cell))).join(',')}\r\n`

/** A spreadsheet runs what looks like a formula: an apostrophe makes it text. Also the full-width signs, which some take for the plain ones. */
const neutral = (cell: Cell): string => {
  const text = cell === null ? '' : String(cell)
  return formula.test(text) && !plainNumber.test(text) ? `'${text}` : text
}
const formula = /^[=+\-@\t\r\n＝＋－＠]/
const plainNumber = /^-?\d+(\.\d+)?$/

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
