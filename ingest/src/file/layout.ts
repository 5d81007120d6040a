/** Where the columns of a mapping stand in a file. */
import { IngestError } from '../errors.ts'
import type { CsvRow } from './csv.ts'
import type { Mapping } from './mapping.ts'

export type Field = keyof Mapping['columns']

export interface Layout {
  readonly columns: number
  /** The text in a field's column, '' when there is none. */
  text(row: CsvRow, field: Field): string
  isCancellation(row: CsvRow): boolean
}

/** @throws IngestError FILE_INVALID with the columns that the file does not have */
export function createLayout(header: CsvRow, { columns, cancellation }: Mapping): Layout {
  const names = header.fields.map((name) => name.trim())
  const wanted = Object.entries(columns).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const tells = cancellation && (cancellation.column ?? columns.orderId)
  const missing = [...wanted.map(([, name]) => name), tells].filter((name) => name !== undefined && !names.includes(name))
  if (missing.length > 0) {
    throw new IngestError('FILE_INVALID', { detail: `Its first line has no column ${missing.join(', ')}. Check the mapping's columns and delimiter.` })
  }
  const places = new Map(wanted.map(([field, name]) => [field, names.indexOf(name)]))
  const tellsAt = tells === undefined ? -1 : names.indexOf(tells)
  return {
    columns: names.length,
    text: ({ fields }, field) => fields[places.get(field) ?? -1]?.trim() ?? '',
    isCancellation: ({ fields }) => cancellation !== undefined && (fields[tellsAt]?.trim().startsWith(cancellation.prefix) ?? false),
  }
}
