import type { Cell, Table } from '@kanalblick/stream'
import type { z } from 'zod'
import { toMajor } from './money.ts'
import type { Report } from './report.ts'

const minorSuffix = '_minor'

/** A report as the API shows it: `revenue_net_minor` becomes `revenue_net`, in major units of the row's currency. */
export function toTable<Params extends z.ZodObject, Row extends z.ZodObject>(report: Report<Params, Row>, rows: readonly z.output<Row>[]): Table {
  const names = Object.keys(report.row.shape)
  return { columns: names.map((name) => ({ name: outsideName(name) })), rows: rows.map((row) => toApi(row as Record<string, Cell>, names)) }
}

const toApi = (row: Readonly<Record<string, Cell>>, names: readonly string[]): Record<string, Cell> =>
  Object.fromEntries(
    names.map((name) => {
      const cell = row[name] ?? null
      return [outsideName(name), name.endsWith(minorSuffix) && typeof cell === 'number' ? toMajor(cell, String(row['currency'])) : cell]
    }),
  )

const outsideName = (name: string) => (name.endsWith(minorSuffix) ? name.slice(0, -minorSuffix.length) : name)
