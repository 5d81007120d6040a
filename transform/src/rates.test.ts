import { describe, expect, test } from 'vitest'
import { noRates, parseRates, RatesInvalidError } from './rates.ts'

const long = `date,currency,rate
2024-03-28,CHF,0.9766
2024-03-28,USD,1.0811
2024-04-02,CHF,0.9765
`
const wide = `Date,USD,CHF,ISK,
2024-04-02,1.0749,0.9765,N/A,
2024-03-28,1.0811,0.9766,149.5,
`

const faultsOf = (csv: string): readonly string[] => {
  try {
    parseRates(csv)
    return []
  } catch (error) {
    expect((error as RatesInvalidError).code).toBe('RATES_INVALID')
    return (error as RatesInvalidError).faults
  }
}

describe('a table of exchange rates', () => {
  test('knows the rate of a day', () => {
    expect(parseRates(long).rateOn('USD', '2024-03-28', 7)).toEqual({ digits: 10811n, scale: 4 })
  })

  test('keeps the last known rate over a weekend and holidays', () => {
    expect(parseRates(long).rateOn('CHF', '2024-04-01', 7)).toEqual({ digits: 9766n, scale: 4 })
  })

  test('has no rate for days before the first one', () => {
    expect(parseRates(long).rateOn('CHF', '2024-03-27', 7)).toBeUndefined()
  })

  test('lets a rate grow as old as allowed and no older', () => {
    const rates = parseRates(long)
    expect(rates.rateOn('CHF', '2024-04-09', 7)).toEqual({ digits: 9765n, scale: 4 })
    expect(rates.rateOn('CHF', '2024-04-10', 7)).toBeUndefined()
    expect(rates.rateOn('CHF', '2024-04-10', 8)).toEqual({ digits: 9765n, scale: 4 })
  })

  test('has one unit of the base per unit of the base on every day', () => {
    expect(noRates.rateOn('EUR', '1999-01-01', 0)).toEqual({ digits: 1n, scale: 0 })
    expect(noRates.rateOn('USD', '1999-01-04', 31)).toBeUndefined()
  })

  test('takes another base from the first line', () => {
    const rates = parseRates('# base: CHF\r\ndate,currency,rate\r\n2024-03-28,EUR,1.0240\r\n')
    expect(rates.base).toBe('CHF')
    expect(rates.rateOn('EUR', '2024-03-28', 0)).toEqual({ digits: 10240n, scale: 4 })
  })

  test('reads the file of the European Central Bank, with gaps and in its order', () => {
    const rates = parseRates(`\uFEFF${wide}`)
    expect(rates.rateOn('USD', '2024-04-02', 7)).toEqual({ digits: 10749n, scale: 4 })
    expect(rates.rateOn('ISK', '2024-04-02', 7)).toEqual({ digits: 1495n, scale: 1 })
  })

  test('names every faulty line at once', () => {
    const csv = 'date,currency,rate\n28.03.2024,CHF,1\n2024-02-30,CHF,1\n2024-03-28,chf,1\n2024-03-28,CHF,0\n2024-03-28,CHF,1\n2024-03-28,CHF,2\n'
    expect(faultsOf(csv)).toEqual([
      'line 2: the date is not yyyy-MM-dd',
      'line 3: the date is not yyyy-MM-dd',
      'line 4: the currency is not an ISO 4217 code',
      'line 5: the rate is not a positive decimal number',
      'line 7: a second rate for the same day and currency',
    ])
  })

  test('suspects a table that states a rate of its own base', () => {
    expect(faultsOf('date,currency,rate\n2024-03-28,EUR,1.02\n')).toEqual([expect.stringContaining('EUR is the base itself')])
  })

  test.each(['', 'day,cur,value\n', 'Date,usd\n'])('does not guess the columns of %j', (csv) => {
    expect(faultsOf(csv)).toEqual(['line 1: expected the columns date,currency,rate or Date followed by currency codes'])
  })
})
