/** Order lines to orders: what one row says, and what the rows of one order add up to. */
import { malformedEvent, type SourceEvent } from '../ports.ts'
import { toCountry } from '../reading/country.ts'
import { minorDigitsOf, multiply, roundTo, toWhole } from '../reading/decimal.ts'
import { listIdentifiers } from '../reading/identifiers.ts'
import { createClockReading } from '../reading/instant.ts'
import type { CsvRow } from './csv.ts'
import { compileDateFormat } from './dates.ts'
import type { Mapping } from './mapping.ts'
import { createReadNumber } from './numbers.ts'

type Field = keyof Mapping['columns']

/** Where each field of the mapping stands in the file. */
export interface Layout {
  readonly columns: number
  readonly at: Readonly<Partial<Record<Field, number>>>
  /** The column that tells cancellations. */
  readonly cancellationAt: number | undefined
}

export interface OrderLine {
  readonly sku: string
  readonly name?: string
  readonly category?: string
  readonly quantity: number
  readonly line_net_minor: number
}

/** An order whose lines are still being read. Who and when is taken from its first line. */
export interface OpenOrder {
  readonly id: string
  readonly isCancellation: boolean
  readonly time: string | undefined
  readonly country: string | undefined
  readonly identifiers: SourceEvent['identifiers']
  readonly lines: OrderLine[]
  faults: number
  firstFault: string | undefined
}

export interface OrderLines {
  orderId(row: CsvRow): string
  open(id: string, row: CsvRow): OpenOrder
  add(order: OpenOrder, row: CsvRow): void
  close(order: OpenOrder): SourceEvent
}

type Read<Value> = { readonly value: Value } | { readonly fault: string }

export function createOrderLines(mapping: Mapping, layout: Layout): OrderLines {
  const readDate = compileDateFormat(mapping.dateFormat)
  const toUtc = createClockReading(mapping.timeZone)
  const readNumber = createReadNumber(mapping.decimalSeparator)
  const countries = new Map(Object.entries(mapping.countries))
  const places = minorDigitsOf(mapping.currency)

  const text = ({ fields }: CsvRow, field: Field) => fields[layout.at[field] ?? -1]?.trim() ?? ''
  const fault = (field: Field, rule: string) => ({ fault: `column ${mapping.columns[field]}: ${rule}` })

  // The lines of an order carry the same date: it is read once.
  let lastDate = { text: '', time: undefined as string | undefined }
  const time = (row: CsvRow) => {
    const dateText = text(row, 'date')
    if (dateText !== lastDate.text) {
      const date = readDate(dateText)
      lastDate = { text: dateText, time: date === undefined || typeof date === 'string' ? date : toUtc(date) }
    }
    return lastDate.time
  }

  function countryOf(row: CsvRow): string | undefined {
    const name = text(row, 'country')
    const known = countries.get(name)
    return known === undefined ? toCountry(name) : (known ?? undefined)
  }

  function amountOf(row: CsvRow, quantity: number): Read<number> {
    const field = mapping.columns.lineNet === undefined ? 'unitPrice' : 'lineNet'
    const amount = readNumber(text(row, field))
    if (!amount) return fault(field, 'not a number')
    const minor = roundTo(field === 'lineNet' ? amount : multiply(amount, { digits: BigInt(quantity), scale: 0 }), places)
    return minor === undefined ? fault(field, 'out of range') : { value: minor }
  }

  function lineOf(row: CsvRow, isCancellation: boolean): Read<OrderLine> {
    if (row.fault !== undefined) return { fault: row.fault }
    if (row.fields.length !== layout.columns) return { fault: `${row.fields.length} columns instead of ${layout.columns}` }
    if (time(row) === undefined) return fault('date', `not ${mapping.dateFormat}`)
    const sku = text(row, 'sku')
    if (sku === '') return fault('sku', 'empty')
    const number = readNumber(text(row, 'quantity'))
    const quantity = number && toWhole(number)
    if (quantity === undefined) return fault('quantity', 'not a whole number')
    const amount = amountOf(row, quantity)
    if ('fault' in amount) return amount
    const sign = isCancellation ? -1 : 1
    const [name, category] = [text(row, 'name').slice(0, 300), text(row, 'category').slice(0, 300)]
    return {
      value: {
        sku,
        ...(name !== '' && { name }),
        ...(category !== '' && { category }),
        // Adding zero turns -0 into 0.
        quantity: sign * quantity + 0,
        line_net_minor: sign * amount.value + 0,
      },
    }
  }

  return {
    orderId: (row) => text(row, 'orderId'),

    open(id, row) {
      const told = layout.cancellationAt === undefined ? undefined : row.fields[layout.cancellationAt]?.trim()
      const isCancellation = mapping.cancellation !== undefined && (told?.startsWith(mapping.cancellation.prefix) ?? false)
      const identifiers = listIdentifiers([
        // Spreadsheets make 17850.0 of the number 17850.
        ['customer', text(row, 'customer').replace(/^(\d+)\.0+$/, '$1') || undefined],
        ['email', text(row, 'email') || undefined],
      ])
      return { id, isCancellation, time: time(row), country: countryOf(row), identifiers, lines: [], faults: 0, firstFault: undefined }
    },

    add(order, row) {
      const line = lineOf(row, order.isCancellation)
      if ('value' in line) order.lines.push(line.value)
      else {
        order.faults += 1
        order.firstFault ??= `line ${row.line}, ${line.fault}`
      }
    },

    close(order) {
      const type = order.isCancellation ? 'order_cancelled' : 'order_placed'
      const total = order.lines.reduce((sum, { line_net_minor }) => sum + line_net_minor, 0)
      const fault = order.firstFault ?? (Number.isSafeInteger(total) ? undefined : 'the total is out of range')
      if (fault !== undefined) return malformedEvent({ type, nativeId: order.id }, order.faults > 1 ? `${fault} (and ${order.faults - 1} more lines)` : fault)
      return {
        type,
        nativeId: order.id,
        ...(order.time !== undefined && { time: order.time }),
        identifiers: order.identifiers,
        context: order.country === undefined ? {} : { country: order.country },
        data: {
          order_id: order.id,
          ...(order.isCancellation && { cancellation_id: order.id }),
          currency: mapping.currency,
          total_net_minor: total,
          items: order.lines,
        },
      }
    },
  }
}
