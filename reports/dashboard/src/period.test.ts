import { describe, expect, test } from 'vitest'
import { comparedPeriods, grainOf, lengthInDays, periodFrom, presetPeriod, presets, startsOf } from './period.ts'

// A Wednesday.
const today = '2026-11-25'

describe('presets', () => {
  test.each([
    ['last_week', '2026-11-16', '2026-11-22'],
    ['last_4_weeks', '2026-10-26', '2026-11-22'],
    ['last_13_weeks', '2026-08-24', '2026-11-22'],
    ['last_52_weeks', '2025-11-24', '2026-11-22'],
    ['yesterday', '2026-11-24', '2026-11-24'],
    ['this_week', '2026-11-23', '2026-11-25'],
  ] as const)('%s is %s to %s', (preset, from, to) => {
    expect(presetPeriod(preset, today)).toEqual({ from, to })
  })

  test('are of days that are over, except this week', () => {
    for (const preset of presets) expect(presetPeriod(preset, today).to < today).toBe(preset !== 'this_week')
  })
})

describe('a comparison', () => {
  test('is with the weeks just before', () => {
    expect(comparedPeriods({ from: '2026-10-26', to: '2026-11-22' }, 'previous', today)?.before).toEqual({ from: '2026-09-28', to: '2026-10-25' })
  })

  test('has the same weekdays, whatever the length', () => {
    for (const to of ['2026-10-26', '2026-10-30', '2026-11-04']) {
      const period = { from: '2026-10-26', to }
      for (const comparison of ['previous', 'last_year'] as const) {
        const { before } = comparedPeriods(period, comparison, today) ?? { before: period }
        expect(lengthInDays(before)).toBe(lengthInDays(period))
        expect(before.to < period.from).toBe(true)
        expect(new Date(before.from).getUTCDay()).toBe(new Date(period.from).getUTCDay())
      }
    }
  })

  test('ends with yesterday on both sides when the period holds today', () => {
    expect(comparedPeriods({ from: '2026-11-23', to: today }, 'previous', today)).toEqual({
      current: { from: '2026-11-23', to: '2026-11-24' },
      before: { from: '2026-11-16', to: '2026-11-17' },
    })
  })

  test('is none when no day is over, and when none is wanted', () => {
    expect(comparedPeriods({ from: today, to: today }, 'previous', today)).toBeUndefined()
    expect(comparedPeriods({ from: '2026-10-26', to: '2026-11-22' }, 'none', today)).toBeUndefined()
  })
})

test('days are shown up to a month, weeks up to a year, months beyond', () => {
  expect(grainOf({ from: '2026-10-26', to: '2026-11-22' })).toBe('day')
  expect(grainOf(presetPeriod('last_52_weeks', today))).toBe('week')
  expect(grainOf({ from: '2024-01-01', to: '2026-11-22' })).toBe('month')
})

test('every day, week or month that a period touches has its start', () => {
  expect(startsOf({ from: '2026-10-28', to: '2026-11-03' }, 'week')).toEqual(['2026-10-26', '2026-11-02'])
  expect(startsOf({ from: '2025-12-31', to: '2026-02-01' }, 'month')).toEqual(['2025-12-01', '2026-01-01', '2026-02-01'])
  expect(startsOf({ from: '2026-03-28', to: '2026-03-30' }, 'day')).toEqual(['2026-03-28', '2026-03-29', '2026-03-30'])
  expect(periodFrom('2026-02-01', 'month')).toEqual({ from: '2026-02-01', to: '2026-02-28' })
})
