import { expect, test } from 'vitest'
import { calendarOf } from './calendar.ts'

const berlin = { timeZone: 'Europe/Berlin', at: '0 6 * * 1' }

test('the last four weeks that are over, the oldest first', () => {
  const { weeks } = calendarOf(new Date('2026-01-05T12:00:00Z'), berlin)
  expect(weeks.map(({ name }) => name)).toEqual(['2025-W50', '2025-W51', '2025-W52', '2026-W01'])
  expect(calendarOf(new Date('2026-01-04T22:59:59Z'), berlin).weeks.at(-1)?.name).toBe('2025-W52')
})

test.each([
  ['2026-11-23T04:59:59Z', '0 6 * * 1', false],
  ['2026-11-23T05:00:00Z', '0 6 * * 1', true],
  ['2026-07-20T04:00:00Z', '0 6 * * 1', true],
  ['2026-11-25T12:00:00Z', '30 13 * * 3', false],
  ['2026-11-25T12:30:00Z', '30 13 * * 3', true],
  ['2026-11-28T23:00:00Z', '0 0 * * 0', true],
  ['2026-11-28T22:59:00Z', '0 0 * * 7', false],
])('at %s a report that goes out at %s is due: %s', (now, at, isDue) => {
  expect(calendarOf(new Date(now), { ...berlin, at }).isDue).toBe(isDue)
})
