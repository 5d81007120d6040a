/** Decimal numbers as spreadsheets write them. */
import { type Decimal, parseDecimal } from '../reading/decimal.ts'

export type ReadNumber = (text: string) => Decimal | undefined

/** Thousands may be set apart by the other of point and comma, by apostrophes or spaces; then the groups must be whole. */
export function createReadNumber(decimalSeparator: '.' | ','): ReadNumber {
  const [other, own] = decimalSeparator === '.' ? [',', '\\.'] : ['.', ',']
  const grouped = new RegExp(`^[+-]?\\d{1,3}(?:[${other}'’ \\u00a0\\u202f]\\d{3})+(?:${own}\\d+)?$`)
  const plain = new RegExp(`^[+-]?\\d+(?:${own}\\d+)?$`)
  const separators = new RegExp(`[${other}'’ \\u00a0\\u202f]`, 'g')
  return (text) => {
    if (plain.test(text)) return parseDecimal(decimalSeparator === '.' ? text : text.replace(',', '.'))
    return grouped.test(text) ? parseDecimal(text.replaceAll(separators, '').replace(',', '.')) : undefined
  }
}
