import { expect, it } from 'vitest'
import { blackFridayOf, type Country, dayAt, isHoliday, mondayOf, startOf } from './calendar.ts'

it.each([
  ['2026-04-03', 'DE', true],
  ['2026-04-03', 'AT', false],
  ['2025-06-19', 'AT', true],
  ['2026-05-14', 'CH', true],
  ['2026-08-01', 'CH', true],
  ['2026-10-03', 'DE', true],
  ['2026-10-04', 'DE', false],
] as const)('knows whether %s is a holiday in %s', (day, country: Country, expected) => {
  expect(isHoliday(day, country)).toBe(expected)
})

it('knows when a day begins and ends in Berlin', () => {
  expect(new Date(startOf('2026-07-01')).toISOString()).toBe('2026-06-30T22:00:00.000Z')
  expect(new Date(startOf('2026-12-01')).toISOString()).toBe('2026-11-30T23:00:00.000Z')
  expect(['2026-06-30T21:59:59Z', '2026-06-30T22:00:00Z', '2026-12-01T23:00:00Z'].map((time) => dayAt(Date.parse(time)))).toEqual([
    '2026-06-30',
    '2026-07-01',
    '2026-12-02',
  ])
})

it('knows Black Friday and Mondays', () => {
  expect([blackFridayOf('2025'), blackFridayOf('2026'), mondayOf('2026-11-29')]).toEqual(['2025-11-28', '2026-11-27', '2026-11-23'])
})
