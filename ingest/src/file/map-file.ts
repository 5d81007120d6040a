/** Reads a CSV file of order lines as orders. */
import { IngestError } from '../errors.ts'
import { malformedEvent, type SourceEvent } from '../ports.ts'
import { type CsvRow, readCsv } from './csv.ts'
import { createLayout, type Layout } from './layout.ts'
import type { Mapping } from './mapping.ts'
import { createOrders, type OpenOrder } from './orders.ts'

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
  const survey = await countLines(path, mapping)
  const take = createTake(survey, mapping)
  let batch: SourceEvent[] = []
  let linesInBatch = 0
  let lines = 0
  for await (const rows of readCsv(path, mapping)) {
    for (const row of rows) {
      if (row.line === survey.headerLine) continue
      lines += 1
      linesInBatch += 1
      const event = take(row)
      if (event) batch.push(event)
      if (batch.length < batchEvents && linesInBatch < batchLines) continue
      if (batch.length > 0) yield batch
      onProgress?.({ lines, totalLines: survey.totalLines })
      batch = []
      linesInBatch = 0
    }
  }
  if (batch.length > 0) yield batch
  onProgress?.({ lines, totalLines: survey.totalLines })
}

interface Survey {
  readonly layout: Layout
  readonly headerLine: number
  readonly totalLines: number
  /** By order id. */
  readonly linesOf: Map<string, number>
}

async function countLines(path: string, mapping: Mapping): Promise<Survey> {
  let found: Pick<Survey, 'layout' | 'headerLine'> | undefined
  const linesOf = new Map<string, number>()
  let totalLines = 0
  for await (const rows of readCsv(path, mapping)) {
    for (const row of rows) {
      if (!found) {
        found = { layout: createLayout(row, mapping), headerLine: row.line }
        continue
      }
      const id = found.layout.text(row, 'orderId')
      linesOf.set(id, (linesOf.get(id) ?? 0) + 1)
      totalLines += 1
    }
  }
  if (!found) throw new IngestError('FILE_INVALID', { detail: 'It is empty.' })
  return { ...found, linesOf, totalLines }
}

/** Takes row after row. @returns the order whose last line the row was */
function createTake({ layout, linesOf }: Survey, mapping: Mapping): (row: CsvRow) => SourceEvent | undefined {
  const orders = createOrders(mapping, layout)
  const open = new Map<string, OpenOrder>()
  return (row) => {
    const id = layout.text(row, 'orderId')
    if (id === '') {
      const rule = `line ${row.line}, ${row.fault ?? `column ${mapping.columns.orderId}: empty`}`
      return malformedEvent({ type: 'order_placed', nativeId: `line ${row.line}` }, rule)
    }
    const order = open.get(id) ?? orders.open(id, row)
    open.set(id, order)
    orders.add(order, row)
    const left = (linesOf.get(id) ?? 1) - 1
    linesOf.set(id, left)
    if (left > 0) return undefined
    open.delete(id)
    return orders.close(order)
  }
}
