import { expect, test } from 'vitest'
import { daysOf, lastCompleteWeek, parseWeek, shiftWeek, weekOf } from './week.ts'

test.each([
  ['2011-W45', '2011-11-07', '2011-11-13'],
  ['2010-W50', '2010-12-13', '2010-12-19'],
  ['2020-W53', '2020-12-28', '2021-01-03'],
  ['2021-W01', '2021-01-04', '2021-01-10'],
  ['2025-W01', '2024-12-30', '2025-01-05'],
])('%s runs from %s to %s', (name, from, to) => {
  expect(parseWeek(name)).toEqual({ name, from, to })
  expect(weekOf(to)).toEqual({ name, from, to })
})

test.each(['2021-W53', '2011-W00', '2011-W54', '2011-45', '2011-W5', 'W45', '', '1999-W10', '2099-W10'])('refuses %j, which is no week', (name) => {
  expect(() => parseWeek(name)).toThrow(expect.objectContaining({ code: 'QUERY_INVALID' }))
})

test('364 days before week 53 lies week 1 of the same weekdays', () => {
  expect(shiftWeek(parseWeek('2020-W53'), -364)).toEqual({ name: '2020-W01', from: '2019-12-30', to: '2020-01-05' })
  expect(shiftWeek(parseWeek('2021-W01'), -7).name).toBe('2020-W53')
})

test('the last complete week ended on a Sunday that is over', () => {
  expect(lastCompleteWeek('2021-01-10').name).toBe('2020-W53')
  expect(lastCompleteWeek('2021-01-11').name).toBe('2021-W01')
})

test('a week across a change of the clocks has seven days', () => {
  expect(daysOf(parseWeek('2021-W12'))).toEqual(['2021-03-22', '2021-03-23', '2021-03-24', '2021-03-25', '2021-03-26', '2021-03-27', '2021-03-28'])
})
