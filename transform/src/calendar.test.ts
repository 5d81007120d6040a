import { describe, expect, test } from 'vitest'
import { createCalendar } from './calendar.ts'

const cases = [
  { zone: 'Europe/Berlin', at: '2024-01-15T22:59:59.999Z', day: '2024-01-15', when: 'the last moment of a winter day' },
  { zone: 'Europe/Berlin', at: '2024-01-15T23:00:00Z', day: '2024-01-16', when: 'the first moment of a winter day' },
  { zone: 'Europe/Berlin', at: '2024-07-15T21:59:59.999Z', day: '2024-07-15', when: 'the last moment of a summer day' },
  { zone: 'Europe/Berlin', at: '2024-07-15T22:00:00Z', day: '2024-07-16', when: 'the first moment of a summer day' },
  { zone: 'Europe/Berlin', at: '2024-03-30T23:00:00Z', day: '2024-03-31', when: 'the start of the day that has 23 hours' },
  { zone: 'Europe/Berlin', at: '2024-03-31T21:59:59Z', day: '2024-03-31', when: 'the end of the day that has 23 hours' },
  { zone: 'Europe/Berlin', at: '2024-03-31T22:00:00Z', day: '2024-04-01', when: 'the moment after the day that has 23 hours' },
  { zone: 'Europe/Berlin', at: '2024-10-26T22:00:00Z', day: '2024-10-27', when: 'the start of the day that has 25 hours' },
  { zone: 'Europe/Berlin', at: '2024-10-27T22:59:59Z', day: '2024-10-27', when: 'the end of the day that has 25 hours' },
  { zone: 'Europe/Berlin', at: '2024-10-27T23:00:00Z', day: '2024-10-28', when: 'the moment after the day that has 25 hours' },
  { zone: 'Asia/Kolkata', at: '2024-05-01T18:29:59Z', day: '2024-05-01', when: 'a midnight at half past an hour of UTC' },
  { zone: 'Asia/Kolkata', at: '2024-05-01T18:30:00Z', day: '2024-05-02', when: 'a moment after a midnight at half past an hour of UTC' },
  { zone: 'America/St_Johns', at: '2006-10-29T02:30:30Z', day: '2006-10-29', when: 'the first minute of a day that is interrupted' },
  { zone: 'America/St_Johns', at: '2006-10-29T02:31:00Z', day: '2006-10-28', when: 'clocks that go back over midnight' },
  { zone: 'America/St_Johns', at: '2006-10-29T03:30:00Z', day: '2006-10-29', when: 'the second start of a day' },
  { zone: 'Pacific/Apia', at: '2011-12-30T09:59:59Z', day: '2011-12-29', when: 'the eve of a day that was left out' },
  { zone: 'Pacific/Apia', at: '2011-12-30T10:00:00Z', day: '2011-12-31', when: 'the day after a day that was left out' },
  { zone: 'UTC', at: '2024-02-29T23:59:59Z', day: '2024-02-29', when: 'a leap day' },
]

describe('the calendar', () => {
  test.each(cases)('knows $when in $zone', ({ zone, at, day }) => {
    expect(createCalendar(zone)(Date.parse(at))).toBe(day)
  })

  test('gives each hour of a day with a change the same answer, whichever hour it was asked for first', () => {
    const hours = Array.from({ length: 72 }, (_, hour) => Date.parse('2024-10-26T00:30:00Z') + hour * 3_600_000)
    const forwards = createCalendar('Europe/Berlin')
    const backwards = createCalendar('Europe/Berlin')
    expect(hours.map((ms) => forwards(ms))).toEqual(
      hours
        .toReversed()
        .map((ms) => backwards(ms))
        .toReversed(),
    )
  })
})
