/** Conversion of amounts in exact integer arithmetic. */
import { maxMinor, minorUnitExponent } from '@kanalblick/stream'

/** A positive decimal number: `digits` / 10^`scale`. */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

/** Minor units of the target per minor unit of the source. */
export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

export function parseDecimal(text: string): Decimal | undefined {
  const match = /^(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text)
  if (!match) return undefined
  const [, whole = '', fraction = ''] = match
  const digits = BigInt(whole + fraction)
  return digits > 0n ? { digits, scale: fraction.length } : undefined
}

/** From a currency with rate `from` to one with rate `to`, both in units per unit of the same base. */
export function crossRatio(from: { currency: string; rate: Decimal }, to: { currency: string; rate: Decimal }): Ratio {
  return {
    numerator: to.rate.digits * 10n ** BigInt(from.rate.scale + minorUnitExponent(to.currency)),
    denominator: from.rate.digits * 10n ** BigInt(to.rate.scale + minorUnitExponent(from.currency)),
  }
}

/** Whether the amount can be stored: whole minor units within their bounds. */
export const isMinor = (amount: number): boolean => Number.isInteger(amount) && Math.abs(amount) <= maxMinor

/** Rounds half away from zero. The result may be larger than what a number holds exactly: the caller checks. */
export function convert(minor: number | bigint, { numerator, denominator }: Ratio): number {
  const exact = BigInt(minor) * numerator
  const magnitude = ((exact < 0n ? -exact : exact) * 2n + denominator) / (2n * denominator)
  return Number(exact < 0n ? -magnitude : magnitude)
}

/**
 * Converts parts so that they add up to their converted sum: rounds each down, then gives the missing units to the parts that lost
 * most (largest remainder; the earlier part on a tie).
 */
export function convertParts(parts: readonly number[], ratio: Ratio): number[] {
  const { numerator, denominator } = ratio
  const converted: number[] = []
  const remainders: { index: number; remainder: bigint }[] = []
  let sum = 0n
  let floors = 0n
  for (const [index, part] of parts.entries()) {
    const exact = BigInt(part) * numerator
    const remainder = ((exact % denominator) + denominator) % denominator
    const floor = (exact - remainder) / denominator
    sum += BigInt(part)
    floors += floor
    converted.push(Number(floor))
    if (remainder > 0n) remainders.push({ index, remainder })
  }
  const missing = Number(BigInt(convert(sum, ratio)) - floors)
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1))
  for (const { index } of remainders.slice(0, missing)) converted[index] = (converted[index] ?? 0) + 1
  return converted
}
