import { expect, test } from 'vitest'
import { expectedByOf } from './request.ts'

test.each([
  ['on the same day of the next month', '2026-11-23T10:15:30.500Z', '2026-12-23T10:15:30.500Z'],
  ['on 24 January for Christmas Eve', '2026-12-24T18:00:00.000Z', '2027-01-24T18:00:00.000Z'],
  ['in the next year for New Year’s Eve', '2026-12-31T23:59:59.999Z', '2027-01-31T23:59:59.999Z'],
  ['on the last of February for 31 January', '2026-01-31T12:00:00.000Z', '2026-02-28T12:00:00.000Z'],
  ['on the last of February for 29 January', '2026-01-29T12:00:00.000Z', '2026-02-28T12:00:00.000Z'],
  ['on 29 February in a leap year', '2028-01-31T12:00:00.000Z', '2028-02-29T12:00:00.000Z'],
  ['on 29 March for 29 February', '2028-02-29T12:00:00.000Z', '2028-03-29T12:00:00.000Z'],
  ['on 28 March for 28 February', '2026-02-28T12:00:00.000Z', '2026-03-28T12:00:00.000Z'],
  ['on the last of a shorter month', '2026-08-31T00:00:00.000Z', '2026-09-30T00:00:00.000Z'],
  ['on the last of April for 31 March', '2026-03-31T22:30:00.000Z', '2026-04-30T22:30:00.000Z'],
  ['on 29 February of the year 2000', '2000-01-30T12:00:00.000Z', '2000-02-29T12:00:00.000Z'],
  ['on 28 February of the year 2100, which is no leap year', '2100-01-30T12:00:00.000Z', '2100-02-28T12:00:00.000Z'],
])('an answer is due %s', (_when, receivedAt, expectedBy) => {
  expect(expectedByOf(new Date(receivedAt))).toBe(expectedBy)
})

test('an answer is due 28 to 31 days after any day, never in the month after next', () => {
  for (let day = 0; day < 366 * 4; day++) {
    const received = new Date(Date.UTC(2027, 0, 1 + day, 12))
    const due = new Date(expectedByOf(received))
    expect((due.getTime() - received.getTime()) / 86_400_000).toBeGreaterThanOrEqual(28)
    expect((due.getTime() - received.getTime()) / 86_400_000).toBeLessThanOrEqual(31)
    expect(due.getUTCMonth()).toBe((received.getUTCMonth() + 1) % 12)
  }
})
