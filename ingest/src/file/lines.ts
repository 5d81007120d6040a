/** What one row of the file says. */
import { toCountry } from '../reading/country.ts'
import { minorDigitsOf, multiply, roundTo, toWhole } from '../reading/decimal.ts'
import { createClockReading } from '../reading/instant.ts'
import type { CsvRow } from './csv.ts'
import { compileDateFormat } from './dates.ts'
import type { Field, Layout } from './layout.ts'
import type { Mapping } from './mapping.ts'
import { createReadNumber } from './numbers.ts'

export interface OrderLine {
  readonly sku: string
  readonly name?: string
  readonly category?: string
  readonly quantity: number
  readonly line_net_minor: number
}

/** A value, or the rule that the row breaks. */
export type Read<Value> = { readonly value: Value } | { readonly fault: string }

/** ISO 8601 in UTC; undefined when the row has no date. */
export function createReadTime(mapping: Mapping, layout: Layout): (row: CsvRow) => string | undefined {
  const readDate = compileDateFormat(mapping.dateFormat)
  const toUtc = createClockReading(mapping.timeZone)
  // The lines of an order carry the same date: it is read once.
  let last = { text: '', time: undefined as string | undefined }
  return (row) => {
    const text = layout.text(row, 'date')
    if (text !== last.text) {
      const date = readDate(text)
      last = { text, time: date === undefined || typeof date === 'string' ? date : toUtc(date) }
    }
    return last.time
  }
}

export function createReadCountry(mapping: Mapping, layout: Layout): (row: CsvRow) => string | undefined {
  const own = new Map(Object.entries(mapping.countries))
  return (row) => {
    const name = layout.text(row, 'country')
    const code = own.get(name)
    return code === undefined ? toCountry(name) : (code ?? undefined)
  }
}

/** An article with its units and its amount, as the file states them. */
export function createReadLine(mapping: Mapping, layout: Layout): (row: CsvRow) => Read<OrderLine> {
  const { columns, currency } = mapping
  const amountField: Field = columns.lineNet === undefined ? 'unitPrice' : 'lineNet'
  const readTime = createReadTime(mapping, layout)
  const readNumber = createReadNumber(mapping.decimalSeparator)
  const places = minorDigitsOf(currency)
  const fault = (field: Field, rule: string) => ({ fault: `column ${columns[field]}: ${rule}` })

  return (row) => {
    if (row.fault !== undefined) return { fault: row.fault }
    if (row.fields.length !== layout.columns) return { fault: `${row.fields.length} columns instead of ${layout.columns}` }
    if (readTime(row) === undefined) return fault('date', `not ${mapping.dateFormat}`)
    const sku = layout.text(row, 'sku')
    if (sku === '') return fault('sku', 'empty')
    const units = readNumber(layout.text(row, 'quantity'))
    const quantity = units && toWhole(units)
    if (!units || quantity === undefined) return fault('quantity', 'not a whole number')
    const amount = readNumber(layout.text(row, amountField))
    if (!amount) return fault(amountField, 'not a number')
    const net = roundTo(amountField === 'lineNet' ? amount : multiply(amount, units), places)
    if (net === undefined) return fault(amountField, 'out of range')
    return { value: { sku, ...named('name', row), ...named('category', row), quantity, line_net_minor: net } }
  }

  function named(field: 'name' | 'category', row: CsvRow) {
    const text = layout.text(row, field).slice(0, 300)
    return text === '' ? {} : { [field]: text }
  }
}
