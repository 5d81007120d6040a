/** Amounts are integer minor units everywhere inside. Only what leaves the API shows major units. */

/** ISO 4217: the currencies whose minor unit is not a hundredth. */
const minorDigits = new Map<string, number>([
  ...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'].map((code) => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3] as const),
  ...['CLF', 'UYW'].map((code) => [code, 4] as const),
])

/** Below it, a number's shortest decimal form has exactly the digits of the amount: 15 digits survive IEEE 754. */
const firstInexactMinor = 1e15

/**
 * 22169821 in GBP is 221698.21, and prints as exactly that.
 * @throws RangeError from a thousand million million minor units on, which a number cannot show exactly
 */
export function toMajor(minor: number, currency: string): number {
  if (Math.abs(minor) >= firstInexactMinor) throw new RangeError('An amount has more than 15 digits: it cannot be shown exactly.')
  return minor / 10 ** (minorDigits.get(currency) ?? 2)
}
