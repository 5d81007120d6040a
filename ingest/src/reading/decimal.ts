/** Decimal numbers and money, exactly as written: no binary floating point on the way. */

/** `digits` × 10^-`scale` */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

const pattern = /^([+-]?)(?=\.?\d)(\d{0,30})(?:\.(\d{0,30}))?(?:[eE]([+-]?\d{1,2}))?$/

/** Plain and scientific notation with a decimal point, 30 digits on either side at most; else undefined. */
export function parseDecimal(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = pattern.exec(text) ?? []
  if (sign === undefined) return undefined
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n)
  const scale = fraction.length - Number(exponent)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

export const multiply = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits * b.digits, scale: a.scale + b.scale })

/** The nearest integer to `decimal` × 10^`places`, halves away from zero; undefined beyond 2^53. */
export function roundTo(decimal: Decimal, places: number): number | undefined {
  const drop = decimal.scale - places
  const rounded = drop > 0 ? divideHalfUp(decimal.digits, 10n ** BigInt(drop)) : decimal.digits * 10n ** BigInt(-drop)
  const number = Number(rounded)
  return Number.isSafeInteger(number) ? number : undefined
}

/** The decimal as an integer; undefined when it has a fraction or is beyond 2^53. */
export function toWhole(decimal: Decimal): number | undefined {
  const unit = 10n ** BigInt(decimal.scale)
  return decimal.digits % unit === 0n ? roundTo(decimal, 0) : undefined
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const half = divisor / 2n
  return dividend < 0n ? -((-dividend + half) / divisor) : (dividend + half) / divisor
}

/** Digits of the minor unit where they are not two (ISO 4217). Node's own table follows usage instead and differs. */
const minorDigits: ReadonlyMap<string, number> = new Map([
  ...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'].map((code) => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3] as const),
  ...['CLF', 'UYW'].map((code) => [code, 4] as const),
])
export const minorDigitsOf = (currency: string) => minorDigits.get(currency) ?? 2

/** Integer minor units of an amount such as `12.30` or `"12.30"`; undefined when it is no amount. */
export function toMinor(amount: unknown, currency: string): number | undefined {
  const decimal = toDecimal(amount)
  return decimal && roundTo(decimal, minorDigitsOf(currency))
}

/** A JSON number is taken at its shortest decimal form, which is what the source wrote. */
export const toDecimal = (amount: unknown): Decimal | undefined =>
  typeof amount === 'number' ? parseDecimal(String(amount)) : typeof amount === 'string' ? parseDecimal(amount.trim()) : undefined
