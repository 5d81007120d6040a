/** Reads the fields of an untyped object and collects what is wrong with them, so that one answer names all faults. */
import { toDecimal, toMinor, toWhole } from './decimal.ts'
import { toInstant } from './instant.ts'
import { isRecord } from './json.ts'

/** A class, because closures per object would cost more than all else that is done with an event. */
export class Fields {
  readonly #source: Readonly<Record<string, unknown>>
  readonly #place: string
  readonly #faults: string[]

  /** @param place how faults name the object */
  constructor(source: unknown, place: string, faults: string[]) {
    this.#source = isRecord(source) ? source : {}
    this.#place = place
    this.#faults = faults
  }

  value(name: string): unknown {
    return Object.hasOwn(this.#source, name) ? (this.#source[name] ?? undefined) : undefined
  }

  /** Text of an id: never shortened, so that two ids stay two. */
  id(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const text = toText(this.value(name))
      if (text !== undefined) return text
    }
    return undefined
  }

  /** Text for reading, at most 300 characters. */
  text(name: string): string | undefined {
    return this.id(name)?.slice(0, 300)
  }

  /** A name from a short list, in lower case with underscores; undefined for anything longer. */
  code(...names: readonly string[]): string | undefined {
    const code = this.id(...names)
      ?.toLowerCase()
      .replaceAll(/\s+/g, '_')
    return code !== undefined && /^[a-z0-9][a-z0-9_.-]{0,63}$/.test(code) ? code : undefined
  }

  integer(name: string): number | undefined {
    const given = this.#given(name)
    const decimal = toDecimal(given)
    return this.#unless(given, name, 'is not a whole number', decimal && toWhole(decimal))
  }

  /** Minor units of `currency`; of several names the first that is there. */
  money(currency: string, ...names: readonly string[]): number | undefined {
    const name = names.find((candidate) => this.#given(candidate) !== undefined) ?? ''
    const given = this.#given(name)
    return this.#unless(given, name, 'is not an amount', toMinor(given, currency))
  }

  instant(...names: readonly string[]): string | undefined {
    const name = names.find((candidate) => this.#given(candidate) !== undefined) ?? ''
    const given = this.#given(name)
    return this.#unless(given, name, 'is not an ISO 8601 time', typeof given === 'string' ? toInstant(given) : undefined)
  }

  child(name: string): Fields {
    return new Fields(this.value(name), `${this.#place}.${name}`, this.#faults)
  }

  children(name: string): Fields[] | undefined {
    const given = this.#given(name)
    const list = this.#unless(given, name, 'is not a list', Array.isArray(given) ? (given as unknown[]) : undefined)
    return list?.map((element, index) => new Fields(element, `${this.#place}.${name}[${index}]`, this.#faults))
  }

  /** The value; without one, the substitute and a fault that says which name is expected. */
  need<Value>(value: Value | undefined, name: string, substitute: Value): Value {
    if (value !== undefined) return value
    if (!this.#faults.some((fault) => fault.startsWith(`${this.#place}.${name} `))) this.#faults.push(`${this.#place} has no ${name}`)
    return substitute
  }

  /** Sources leave fields out, or send them empty. */
  #given(name: string): unknown {
    const value = this.value(name)
    return value === '' ? undefined : value
  }

  #unless<Read>(given: unknown, name: string, rule: string, read: Read | undefined): Read | undefined {
    if (given !== undefined && read === undefined) this.#faults.push(`${this.#place}.${name} ${rule}`)
    return read
  }
}

/** Sources write ids now as text, now as numbers. */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}
