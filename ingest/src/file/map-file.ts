/** Reads a CSV file of order lines as orders. */
import { IngestError } from '../errors.ts'
import { malformedEvent, type SourceEvent } from '../ports.ts'
import { type CsvRow, readCsv } from './csv.ts'
import type { Mapping } from './mapping.ts'
import { createOrderLines, type Layout, type OpenOrder } from './order-lines.ts'

export interface MapProgress {
  /** Lines read so far, without the header. */
  readonly lines: number
  readonly totalLines: number
}

export interface MapFileOptions {
  /** A path that ends in .gz is unpacked. */
  readonly path: string
  readonly mapping: Mapping
  readonly onProgress?: (progress: MapProgress) => void
}

const batchEvents = 500
const batchLines = 20_000

/**
 * The orders of the file, in batches, each when its last line was read. The lines of an order need not stand together: the file is
 * read once to count them and once to map them, so that only orders that are still open are in memory.
 * @throws IngestError FILE_INVALID when a column of the mapping is missing
 */
export async function* mapFile({ path, mapping, onProgress }: MapFileOptions): AsyncGenerator<SourceEvent[]> {
  const { layout, linesOf, totalLines } = await survey(path, mapping)
  const orderLines = createOrderLines(mapping, layout)
  const open = new Map<string, OpenOrder>()
  let batch: SourceEvent[] = []
  let linesInBatch = 0
  let lines = 0

  for await (const rows of dataRows(path, mapping)) {
    for (const row of rows) {
      lines += 1
      const id = orderLines.orderId(row)
      const event = id === '' ? withoutOrder(row, mapping) : orderWith(id, row)
      if (event) batch.push(event)
      linesInBatch += 1
      if (batch.length < batchEvents && linesInBatch < batchLines) continue
      if (batch.length > 0) yield batch
      onProgress?.({ lines, totalLines })
      batch = []
      linesInBatch = 0
    }
  }
  // Only when the file changed between the two readings.
  for (const order of open.values()) batch.push(orderLines.close(order))
  if (batch.length > 0) yield batch
  onProgress?.({ lines, totalLines })

  /** The order, when this was its last line. */
  function orderWith(id: string, row: CsvRow): SourceEvent | undefined {
    const order = open.get(id) ?? orderLines.open(id, row)
    open.set(id, order)
    orderLines.add(order, row)
    const left = (linesOf.get(id) ?? 1) - 1
    linesOf.set(id, left)
    if (left > 0) return undefined
    open.delete(id)
    return orderLines.close(order)
  }
}

const withoutOrder = ({ line, fault }: CsvRow, { columns }: Mapping) =>
  malformedEvent({ type: 'order_placed', nativeId: `line ${line}` }, `line ${line}, ${fault ?? `column ${columns.orderId}: empty`}`)

async function survey(path: string, mapping: Mapping) {
  let layout: Layout | undefined
  const linesOf = new Map<string, number>()
  let totalLines = 0
  for await (const rows of readCsv(path, mapping)) {
    let orderLines: readonly CsvRow[] = rows
    if (!layout && rows[0]) {
      layout = layoutOf(rows[0], mapping)
      orderLines = rows.slice(1)
    }
    for (const { fields } of orderLines) {
      const id = fields[layout?.at.orderId ?? -1]?.trim() ?? ''
      linesOf.set(id, (linesOf.get(id) ?? 0) + 1)
    }
    totalLines += orderLines.length
  }
  if (!layout) throw new IngestError('FILE_INVALID', { detail: 'It is empty.' })
  return { layout, linesOf, totalLines }
}

/** The rows after the header. */
async function* dataRows(path: string, mapping: Mapping): AsyncGenerator<readonly CsvRow[]> {
  let isFirst = true
  for await (const rows of readCsv(path, mapping)) {
    yield isFirst ? rows.slice(1) : rows
    if (rows.length > 0) isFirst = false
  }
}

function layoutOf(header: CsvRow, { columns, cancellation }: Mapping): Layout {
  const names = header.fields.map((name) => name.trim())
  const wanted = Object.entries(columns).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const cancellationColumn = cancellation && (cancellation.column ?? columns.orderId)
  const missing = [...wanted.map(([, name]) => name), cancellationColumn].filter((name) => name !== undefined && !names.includes(name))
  if (missing.length > 0) {
    throw new IngestError('FILE_INVALID', { detail: `Its first line has no column ${missing.join(', ')}. Check the mapping's columns and delimiter.` })
  }
  return {
    columns: names.length,
    at: Object.fromEntries(wanted.map(([field, name]) => [field, names.indexOf(name)])),
    cancellationAt: cancellationColumn === undefined ? undefined : names.indexOf(cancellationColumn),
  }
}
