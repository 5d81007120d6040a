/** Reads the fields of an untyped object and collects what is wrong with them, so that one answer names all faults. */
import { toDecimal, toMinor, toWhole } from './decimal.ts'
import { toInstant } from './instant.ts'
import { isRecord } from './json.ts'

export interface Fields {
  value(name: string): unknown
  /** Text of an id: never shortened, so that two ids stay two. */
  id(...names: string[]): string | undefined
  /** Text for reading, at most 300 characters. */
  text(...names: string[]): string | undefined
  /** A name from a short list, in lower case with underscores; undefined for anything longer. */
  code(...names: string[]): string | undefined
  integer(name: string): number | undefined
  /** Minor units of `currency`. */
  money(currency: string, ...names: string[]): number | undefined
  instant(...names: string[]): string | undefined
  child(name: string): Fields
  children(name: string): Fields[] | undefined
  /** The value, or a fault that says which of the names is expected, and the substitute. */
  need<Value>(value: Value | undefined, names: string, substitute: Value): Value
}

export function readFields(source: unknown, place: string, faults: string[]): Fields {
  const record = isRecord(source) ? source : {}
  const value = (name: string) => (Object.hasOwn(record, name) ? (record[name] ?? undefined) : undefined)
  const fault = (name: string, rule: string) => void faults.push(`${place}.${name} ${rule}`)
  const firstOf = (names: readonly string[]) => names.find((name) => value(name) !== undefined && value(name) !== '')
  const read = <Read>(names: readonly string[], toRead: (value: unknown) => Read | undefined, rule: string): Read | undefined => {
    const name = firstOf(names)
    if (name === undefined) return undefined
    const result = toRead(value(name))
    if (result === undefined) fault(name, rule)
    return result
  }
  const id = (...names: string[]) => names.map((name) => toText(value(name))).find((text) => text !== undefined)

  return {
    value,
    id,
    text: (...names) => id(...names)?.slice(0, 300),
    code: (...names) => toCode(id(...names)),
    integer: (name) => read([name], toInteger, 'is not a whole number'),
    money: (currency, ...names) => read(names, (amount) => toMinor(amount, currency), 'is not an amount'),
    instant: (...names) => read(names, (time) => (typeof time === 'string' ? toInstant(time) : undefined), 'is not an ISO 8601 time'),
    child: (name) => readFields(value(name), `${place}.${name}`, faults),
    children: (name) =>
      read([name], (list) => (Array.isArray(list) ? list : undefined), 'is not a list')?.map((element, index) =>
        readFields(element, `${place}.${name}[${index}]`, faults),
      ),
    need(value, names, substitute) {
      if (value !== undefined) return value
      if (!faults.some((known) => known.startsWith(`${place}.${names} `))) faults.push(`${place} has no ${names}`)
      return substitute
    },
  }
}

/** Sources write ids now as text, now as numbers. */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}

export function toCode(text: string | undefined): string | undefined {
  const code = text?.toLowerCase().replaceAll(/\s+/g, '_')
  return code !== undefined && /^[a-z0-9][a-z0-9_.-]{0,63}$/.test(code) ? code : undefined
}

function toInteger(value: unknown): number | undefined {
  const decimal = toDecimal(value)
  return decimal && toWhole(decimal)
}
