/** Dated exchange rates: what the European Central Bank publishes, or any table of the same kind. */
import { type Decimal, parseDecimal } from './money.ts'

export interface RateTable {
  /** The currency whose one unit the rates are units of. */
  readonly base: string
  /** The last rate known on that day, in units of `currency` per unit of the base; undefined when none is known or it is too old. */
  rateOn(currency: string, day: string, maxAgeDays: number): Decimal | undefined
}

/** A table of rates that cannot be read. `faults` name lines. */
export class RatesInvalidError extends Error {
  readonly code = 'RATES_INVALID'
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`The table of exchange rates has ${faults.length} fault(s). See docs/howto/currencies.md. The first: ${faults.slice(0, 5).join('; ')}`)
    this.name = 'RatesInvalidError'
    this.faults = faults
  }
}

const one: Decimal = { digits: 1n, scale: 0 }
const dayMs = 86_400_000
const currencyCode = /^[A-Z]{3}$/
const baseLine = /^#\s*base:\s*([A-Z]{3})$/

/**
 * Reads a table in one of two forms. Days as `yyyy-MM-dd`, in any order; rates with a decimal point.
 * - long: `date,currency,rate`, one rate a line
 * - wide: `Date,USD,JPY,...`, one day a line, `N/A` or nothing where there is no rate: the file `eurofxref-hist.csv` of the ECB
 *
 * The base is EUR unless the first line names another: `# base: CHF`.
 * @throws RatesInvalidError with every fault found
 */
export function parseRates(csvText: string): RateTable {
  const lines = csvText
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.trim())
  const named = baseLine.exec(lines[0] ?? '')?.[1]
  const base = named ?? 'EUR'
  const reading = startReading(base)
  const headerAt = named ? 1 : 0
  const header = cellsOf(lines[headerAt] ?? '')
  const read = readerFor(header, reading)
  if (!read) throw new RatesInvalidError([`line ${headerAt + 1}: expected the columns date,currency,rate or Date followed by currency codes`])
  for (const [index, line] of lines.entries()) if (index > headerAt && line !== '') read(cellsOf(line), index + 1)
  if (reading.faults.length > 0) throw new RatesInvalidError(reading.faults)
  return tableOf(base, reading.rates)
}

/** No rates: enough when nothing is converted. */
export const noRates: RateTable = tableOf('EUR', new Map())

const cellsOf = (line: string) => line.split(',').map((cell) => cell.trim())

function readerFor(header: readonly string[], reading: Reading): ((cells: readonly string[], line: number) => void) | undefined {
  if (header.join() === 'date,currency,rate') return ([day = '', currency = '', rate = ''], line) => reading.add({ day, currency, rate, line })
  const [first, ...rest] = header
  const currencies = rest.at(-1) === '' ? rest.slice(0, -1) : rest
  if (first?.toLowerCase() !== 'date' || !currencies.every((code) => currencyCode.test(code))) return undefined
  return ([day = '', ...rates], line) => {
    for (const [index, currency] of currencies.entries()) {
      const rate = rates[index] ?? ''
      if (rate !== '' && rate !== 'N/A') reading.add({ day, currency, rate, line })
    }
  }
}

type Rates = ReadonlyMap<string, ReadonlyMap<string, Decimal>>
type Reading = ReturnType<typeof startReading>

/** Collects rates and faults. */
function startReading(base: string) {
  const rates = new Map<string, Map<string, Decimal>>()
  const faults: string[] = []
  return {
    rates,
    faults,
    add({ day, currency, rate, line }: { day: string; currency: string; rate: string; line: number }): void {
      const value = parseDecimal(rate)
      const ofCurrency = rates.get(currency) ?? new Map<string, Decimal>()
      if (!isDay(day)) faults.push(`line ${line}: the date is not yyyy-MM-dd`)
      else if (!currencyCode.test(currency)) faults.push(`line ${line}: the currency is not an ISO 4217 code`)
      else if (!value) faults.push(`line ${line}: the rate is not a positive decimal number`)
      else if (currency === base) faults.push(`line ${line}: ${currency} is the base itself; another base is named in the first line: # base: CHF`)
      else if (ofCurrency.has(day)) faults.push(`line ${line}: a second rate for the same day and currency`)
      else rates.set(currency, ofCurrency.set(day, value))
    },
  }
}

function tableOf(base: string, rates: Rates): RateTable {
  const days = new Map([...rates].map(([currency, ofCurrency]) => [currency, [...ofCurrency.keys()].toSorted()]))
  return {
    base,
    rateOn(currency, day, maxAgeDays) {
      if (currency === base) return one
      const known = lastUpTo(days.get(currency) ?? [], day)
      if (known === undefined || Date.parse(day) - Date.parse(known) > maxAgeDays * dayMs) return undefined
      return rates.get(currency)?.get(known)
    },
  }
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text

/** The last of the sorted days that is not after `day`. */
function lastUpTo(days: readonly string[], day: string): string | undefined {
  let low = 0
  let high = days.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((days[middle] ?? '') <= day) low = middle + 1
    else high = middle
  }
  return days[low - 1]
}
