import { expect, test } from 'vitest'
import { toExact, toMajor } from './money.ts'

test.each([
  [22169821, 'GBP', '221698.21'],
  [29, 'EUR', '0.29'],
  [-100, 'CHF', '-1'],
  [500, 'JPY', '500'],
  [1234, 'KWD', '1.234'],
  [999_999_999_999_999, 'EUR', '9999999999999.99'],
])('shows %d minor units of %s as %s', (minor, currency, expected) => {
  expect(String(toMajor(minor, currency))).toBe(expected)
})

test('refuses an amount that a number cannot show exactly', () => {
  expect(() => toMajor(1_000_000_000_000_000, 'EUR')).toThrow(RangeError)
})

test.each([
  [18_014_398_509_481_982n, 2, '180143985094819.82'],
  [-1_000_000_000_000_000n, 3, '-1000000000000.000'],
  [9_007_199_254_740_993n, 0, '9007199254740993'],
  [22_169_821n, 2, 221_698.21],
  [-5n, 2, -0.05],
  [0n, 2, 0],
])('shows %s with %s places exactly, as text where no number does', (whole, places, expected) => {
  expect(toExact(whole, places)).toBe(expected)
})
