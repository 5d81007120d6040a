/** Orders whose lines are still being read, and what the lines of an order add up to. */
import { malformedEvent, type SourceEvent } from '../ports.ts'
import { listIdentifiers } from '../reading/identifiers.ts'
import type { CsvRow } from './csv.ts'
import type { Layout } from './layout.ts'
import { createReadCountry, createReadLine, createReadTime, type OrderLine } from './lines.ts'
import type { Mapping } from './mapping.ts'

/** Who and when is taken from the order's first line. */
export interface OpenOrder {
  readonly id: string
  readonly isCancellation: boolean
  readonly time: string | undefined
  readonly country: string | undefined
  readonly identifiers: SourceEvent['identifiers']
  readonly lines: OrderLine[]
  faults: number
  firstFault?: string
}

export interface Orders {
  open(id: string, row: CsvRow): OpenOrder
  add(order: OpenOrder, row: CsvRow): void
  close(order: OpenOrder): SourceEvent
}

export function createOrders(mapping: Mapping, layout: Layout): Orders {
  const readTime = createReadTime(mapping, layout)
  const readCountry = createReadCountry(mapping, layout)
  const readLine = createReadLine(mapping, layout)
  return {
    open(id, row) {
      const identifiers = listIdentifiers([
        // Spreadsheets make 17850.0 of the number 17850.
        ['customer', layout.text(row, 'customer').replace(/^(\d+)\.0+$/, '$1') || undefined],
        ['email', layout.text(row, 'email') || undefined],
      ])
      return { id, isCancellation: layout.isCancellation(row), time: readTime(row), country: readCountry(row), identifiers, lines: [], faults: 0 }
    },
    add(order, row) {
      const line = readLine(row)
      if ('value' in line) {
        order.lines.push(order.isCancellation ? takenBack(line.value) : line.value)
        return
      }
      order.faults += 1
      order.firstFault ??= `line ${row.line}, ${line.fault}`
    },
    close: (order) => toEvent(order, mapping.currency),
  }
}

/** Adding zero makes 0 of -0. */
const takenBack = (line: OrderLine): OrderLine => ({ ...line, quantity: -line.quantity + 0, line_net_minor: -line.line_net_minor + 0 })

function toEvent(order: OpenOrder, currency: string): SourceEvent {
  const type = order.isCancellation ? 'order_cancelled' : 'order_placed'
  const total = order.lines.reduce((sum, { line_net_minor }) => sum + line_net_minor, 0)
  const fault = order.firstFault ?? (Number.isSafeInteger(total) ? undefined : 'the total is out of range')
  if (fault !== undefined) return malformedEvent({ type, nativeId: order.id }, order.faults > 1 ? `${fault} (${order.faults} lines)` : fault)
  return {
    type,
    nativeId: order.id,
    ...(order.time !== undefined && { time: order.time }),
    identifiers: order.identifiers,
    context: order.country === undefined ? {} : { country: order.country },
    data: {
      order_id: order.id,
      ...(order.isCancellation && { cancellation_id: order.id }),
      currency,
      total_net_minor: total,
      items: order.lines,
    },
  }
}
