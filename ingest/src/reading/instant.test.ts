import { describe, expect, it } from 'vitest'
import { createClockReading, toInstant } from './instant.ts'

describe('toInstant', () => {
  it.each([
    ['2011-09-30T23:30:00+02:00', '2011-09-30T21:30:00.000Z'],
    ['2011-09-30T23:30:00-0530', '2011-10-01T05:00:00.000Z'],
    ['2011-09-30T23:30:00', '2011-09-30T23:30:00.000Z'],
    ['2011-09-30t23:30z', '2011-09-30T23:30:00.000Z'],
    ['2011-09-30T23:30:00.123456789Z', '2011-09-30T23:30:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(toInstant(text)).toBe(instant)
  })

  it.each(['2023-02-29T00:00:00Z', '2023-13-01T00:00:00Z', '2023-01-01T24:61:00Z', '2023-01-01', '1700000000', 'yesterday', ''])('refuses %s', (text) => {
    expect(toInstant(text)).toBeUndefined()
  })
})

describe('createClockReading', () => {
  const wall = (month: number, day: number, hour: number, minute = 30) => ({ year: 2011, month, day, hour, minute, second: 0 })

  it.each([
    ['Europe/London', wall(1, 15, 12), '2011-01-15T12:30:00.000Z'],
    ['Europe/London', wall(7, 15, 12), '2011-07-15T11:30:00.000Z'],
    ['Europe/Berlin', wall(12, 31, 0), '2011-12-30T23:30:00.000Z'],
    ['Asia/Kolkata', wall(5, 1, 3), '2011-04-30T22:00:00.000Z'],
    ['America/New_York', wall(11, 6, 1), '2011-11-06T05:30:00.000Z'],
  ])('knows what time it was when the clock in %s showed %j', (timeZone, reading, instant) => {
    expect(createClockReading(timeZone)(reading)).toBe(instant)
  })

  it('takes the hour that autumn repeats the first time', () => {
    expect(createClockReading('Europe/Berlin')(wall(10, 30, 2))).toBe('2011-10-30T00:30:00.000Z')
  })

  it('goes on with the old offset in the hour that spring skips', () => {
    expect(createClockReading('Europe/Berlin')(wall(3, 27, 2))).toBe('2011-03-27T01:30:00.000Z')
  })
})
