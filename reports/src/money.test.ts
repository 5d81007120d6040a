import { expect, test } from 'vitest'
import { toMajor } from './money.ts'

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
