import { describe, expect, test } from 'vitest'
import { convert, convertParts, crossRatio, parseDecimal } from './money.ts'

const rate = (text: string) => parseDecimal(text) ?? expect.fail(`${text} is not a rate`)
const ratio = (from: string, to: string, [fromRate, toRate]: [string, string]) =>
  crossRatio({ currency: from, rate: rate(fromRate) }, { currency: to, rate: rate(toRate) })

describe('converting money', () => {
  test.each([
    ['CHF', 'EUR', ['0.9500', '1'], 950, 1000],
    ['EUR', 'CHF', ['1', '0.9500'], 1000, 950],
    ['JPY', 'EUR', ['160', '1'], 160, 100],
    ['EUR', 'JPY', ['1', '160'], 100, 160],
    ['KWD', 'EUR', ['0.3300', '1'], 330, 100],
    ['EUR', 'KWD', ['1', '0.3300'], 100, 330],
    ['JPY', 'KWD', ['160', '0.32'], 160, 320],
    ['GBP', 'CHF', ['0.8', '0.96'], 100, 120],
    ['EUR', 'EUR', ['1', '1'], -12345, -12345],
  ] as const)('takes %s to %s at %j: %i becomes %i', (from, to, rates, minor, expected) => {
    expect(convert(minor, ratio(from, to, [...rates]))).toBe(expected)
  })

  test.each([
    [1, 1],
    [3, 2],
    [5, 3],
    [-1, -1],
    [-3, -2],
    [0, 0],
  ])('rounds half of %i away from zero to %i', (minor, expected) => {
    expect(convert(minor, { numerator: 1n, denominator: 2n })).toBe(expected)
  })

  test('stays exact where floating point is not', () => {
    expect(convert(Number.MAX_SAFE_INTEGER, ratio('CHF', 'EUR', ['1.2345', '1']))).toBe(7_296_232_689_138_105)
  })

  test.each([
    ['gives the missing cent to the largest remainder', [10, 11, 12], [3, 4, 4], 3n],
    ['gives a tie to the earlier part', [1, 1], [1, 0], 2n],
    ['keeps parts that need no rounding', [3, 6, 1], [1, 2, 0], 3n],
    ['handles parts that take away', [10, -1], [3, 0], 3n],
    ['handles no parts', [], [], 3n],
  ] as const)('%s', (_, parts, expected, denominator) => {
    const third = { numerator: 1n, denominator }
    const converted = convertParts(parts, third)
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
    expect(sum(converted)).toBe(convert(sum(parts), third))
    expect(converted).toEqual(expected)
  })

  test.each(['', '0', '0.000', '-1', '1e3', '1,5', '.5', '1.', ' 1', 'N/A'])('does not read %j as a rate', (text) => {
    expect(parseDecimal(text)).toBeUndefined()
  })
})
