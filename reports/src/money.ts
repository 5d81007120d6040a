/** Amounts are integer minor units everywhere inside. Only what leaves the API shows major units. */
import { minorUnitExponent } from '@kanalblick/stream'

/** Below it, a number's shortest decimal form has exactly the digits of the amount: 15 digits survive IEEE 754. */
const firstInexactMinor = 1e15

/**
 * 22169821 in GBP is 221698.21, and prints as exactly that.
 * @throws RangeError from a thousand million million minor units on, which a number cannot show exactly
 */
export function toMajor(minor: number, currency: string): number {
  if (Math.abs(minor) >= firstInexactMinor) throw new RangeError('An amount has more than 15 digits: it cannot be shown exactly.')
  return minor / 10 ** minorUnitExponent(currency)
}

/** `whole` / 10^`places`: a number up to 15 digits, beyond that the digits as text, so that one absurd amount spoils no answer. */
export function toExact(whole: bigint, places: number): number | string {
  if (whole > -firstInexactMinor && whole < firstInexactMinor) return Number(whole) / 10 ** places
  const digits = String(whole)
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}
