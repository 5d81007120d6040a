import { describe, expect, test } from 'vitest'
import { transformConfig } from './config.ts'

describe('the configuration of the transform stage', () => {
  test('needs nothing', () => {
    expect(transformConfig.parse({})).toEqual({ timeZone: 'Europe/Berlin', rateMaxAgeDays: 7, ignoredReferrers: [] })
  })

  test.each([
    [{ timeZone: 'Europe/Bern' }, 'timeZone'],
    [{ reportingCurrency: 'eur' }, 'reportingCurrency'],
    [{ reportingCurrency: 'EUE' }, 'reportingCurrency'],
    [{ rateMaxAgeDays: -1 }, 'rateMaxAgeDays'],
    [{ ignoredReferrers: ['https://shop.example/'] }, 'ignoredReferrers'],
  ])('refuses %j', (config, field) => {
    expect(transformConfig.safeParse(config).error?.issues[0]?.path[0]).toBe(field)
  })
})
