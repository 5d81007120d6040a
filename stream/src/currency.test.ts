import { expect, test } from 'vitest'
import { minorUnitExponent } from './currency.ts'

test.each([
  ['EUR', 2],
  ['JPY', 0],
  ['KWD', 3],
  ['CLF', 4],
  ['HUF', 2],
])('counts the decimal places of %s: %i', (currency, exponent) => {
  expect(minorUnitExponent(currency)).toBe(exponent)
})
