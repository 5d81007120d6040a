/** Amounts in the merchant's reporting currency. */
import { keep, minorUnitExponent, type Outcome, reject } from '@kanalblick/stream'
import type { Dated } from './calendar.ts'
import type { TransformConfig } from './config.ts'
import { type Amounts, type Line, lifecycleOf } from './lifecycle.ts'
import { convert, convertParts, crossRatio, isMinor, type Ratio } from './money.ts'
import type { RateTable } from './rates.ts'

export interface Money extends Amounts {
  /** '' without amounts. */
  readonly currency: string
  readonly originalCurrency: string
  readonly originalAmount: number
  /** Units of `currency` per unit of the original; 1 when nothing was converted. */
  readonly rate: number
}
export interface Priced extends Dated {
  readonly money: Money
  readonly lines: readonly Line[]
}

const noMoney: Money = { currency: '', amount: 0, tax: 0, shipping: 0, discount: 0, originalCurrency: '', originalAmount: 0, rate: 1 }

export function createConvertCurrency({ reportingCurrency, rateMaxAgeDays }: Pick<TransformConfig, 'reportingCurrency' | 'rateMaxAgeDays'>) {
  const ratioOn = createRatios(reportingCurrency ?? '', rateMaxAgeDays)

  return function convertCurrency(dated: Dated, rates: RateTable): Outcome<Priced> {
    const { event, day, time } = dated
    const rules = lifecycleOf(event)
    const amounts = rules.amounts?.(event.data)
    const lines = rules.lines?.(event.data) ?? []
    if (amounts?.currency === undefined) {
      if (amounts && amounts.amount !== 0) return reject('event_invalid', `${event.type}: an amount without a currency`)
      return keep({ event, day, time, money: noMoney, lines })
    }
    if (!areMinor(amounts, lines)) return reject('event_invalid', `${event.type}: an amount is not a whole number of minor units`)
    const from = amounts.currency
    if (reportingCurrency === undefined || from === reportingCurrency) {
      return keep({ event, day, time, money: moneyOf(amounts, { currency: from, original: amounts, rate: 1 }), lines })
    }
    const ratio = ratioOn(from, day, rates)
    if (typeof ratio === 'string') return reject('currency_rate_missing', `no rate of ${ratio} on ${day} or up to ${rateMaxAgeDays} days before`)
    const converted = convertAll(amounts, lines, ratio)
    if (!areMinor(converted.amounts, converted.lines)) return reject('event_invalid', `${event.type}: an amount is too large in ${reportingCurrency}`)
    const rate = unitRate(ratio, from, reportingCurrency)
    return keep({ event, day, time, money: moneyOf(converted.amounts, { currency: reportingCurrency, original: amounts, rate }), lines: converted.lines })
  }
}

const moneyOf = (amounts: Amounts, { currency, original, rate }: { currency: string; original: Amounts; rate: number }): Money => ({
  currency,
  amount: amounts.amount,
  tax: amounts.tax,
  shipping: amounts.shipping,
  discount: amounts.discount,
  originalCurrency: original.currency ?? '',
  originalAmount: original.amount,
  rate,
})

const areMinor = ({ amount, tax, shipping, discount }: Amounts, lines: readonly Line[]) =>
  isMinor(amount) && isMinor(tax) && isMinor(shipping) && isMinor(discount) && lines.every(({ net }) => isMinor(net))

function convertAll(amounts: Amounts, lines: readonly Line[], ratio: Ratio): { amounts: Amounts; lines: readonly Line[] } {
  const nets = convertParts(
    lines.map((line) => line.net),
    ratio,
  )
  return {
    amounts: {
      currency: amounts.currency,
      amount: convert(amounts.amount, ratio),
      tax: convert(amounts.tax, ratio),
      shipping: convert(amounts.shipping, ratio),
      discount: convert(amounts.discount, ratio),
    },
    lines: lines.map(({ sku, name, category, units }, index) => ({ sku, name, category, units, net: nets[index] ?? 0 })),
  }
}

const unitRate = ({ numerator, denominator }: Ratio, from: string, to: string) =>
  (Number(numerator) / Number(denominator)) * 10 ** (minorUnitExponent(from) - minorUnitExponent(to))

/** Ratios to the reporting currency, remembered as long as the table of rates stays the same. In place of a ratio: the currency without a rate. */
function createRatios(reportingCurrency: string, maxAgeDays: number) {
  const remembered = new WeakMap<RateTable, Map<string, Ratio | string>>()
  return (currency: string, day: string, rates: RateTable): Ratio | string => {
    const ofTable = remembered.get(rates) ?? new Map<string, Ratio | string>()
    remembered.set(rates, ofTable)
    const key = `${day} ${currency}`
    const known = ofTable.get(key)
    if (known !== undefined) return known
    const from = rates.rateOn(currency, day, maxAgeDays)
    const to = rates.rateOn(reportingCurrency, day, maxAgeDays)
    const found = !from ? currency : !to ? reportingCurrency : crossRatio({ currency, rate: from }, { currency: reportingCurrency, rate: to })
    ofTable.set(key, found)
    return found
  }
}
