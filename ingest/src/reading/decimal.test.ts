import { describe, expect, it } from 'vitest'
import { multiply, parseDecimal, roundTo, toMinor, toWhole } from './decimal.ts'

describe('money', () => {
  it.each([
    ['12.30', 'EUR', 1230],
    [12.3, 'EUR', 1230],
    ['0.005', 'EUR', 1],
    ['-0.005', 'EUR', -1],
    ['1.005', 'EUR', 101],
    [1.005, 'EUR', 101],
    ['0.00499', 'EUR', 0],
    ['1234', 'JPY', 1234],
    ['1234.5', 'JPY', 1235],
    ['1.2345', 'KWD', 1235],
    ['1.2345', 'CLF', 12345],
    [1e-7, 'EUR', 0],
    ['1.5e3', 'EUR', 150_000],
    [' 7 ', 'EUR', 700],
    ['90071992547409.91', 'EUR', 9_007_199_254_740_991],
  ])('takes %s %s as %d minor units', (amount, currency, minor) => {
    expect(toMinor(amount, currency)).toBe(minor)
  })

  it.each([
    '',
    '.',
    '12,30',
    '1 000',
    '0x10',
    'NaN',
    'Infinity',
    '1e999999999',
    '9'.repeat(31),
    '90071992547409.92',
    null,
    true,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('takes no amount from %j', (amount) => {
    expect(toMinor(amount, 'EUR')).toBeUndefined()
  })

  it('rounds a product once', () => {
    const line = multiply(parseDecimal('3')!, parseDecimal('0.335')!)
    expect(roundTo(line, 2)).toBe(101)
  })

  it('knows whole numbers from fractions', () => {
    expect(['6.0', '6', '-2', '1.5', '1e20'].map((text) => toWhole(parseDecimal(text)!))).toEqual([6, 6, -2, undefined, undefined])
  })
})
