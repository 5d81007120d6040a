import { expect, test } from 'vitest'
import { sourcesOf } from './sources.ts'

const today = '2026-11-25'
const day = (day: number) => `2026-11-${String(day).padStart(2, '0')}`
const delivered = (instance: string, days: readonly number[]) => days.map((number) => ({ channel_instance: instance, period: day(number), events: 1 }))
const daily = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

test('a source that delivers daily is late after two silent days, and stands first', () => {
  const sources = sourcesOf([...delivered('a', daily(24)), ...delivered('b', daily(23)), ...delivered('c', daily(22))], today)
  expect(sources.map(({ channelInstance, silentDays, isLate }) => [channelInstance, silentDays, isLate])).toEqual([
    ['c', 2, true],
    ['a', 0, false],
    ['b', 1, false],
  ])
})

test('a source that usually pauses is late only when its pause is unusual', () => {
  expect(sourcesOf(delivered('weekly', [1, 8, 15]), today)[0]).toMatchObject({ silentDays: 9, isLate: false })
  expect(sourcesOf(delivered('weekly', [1, 4, 7]), today)[0]).toMatchObject({ silentDays: 17, isLate: true })
})

test('data of today itself are no silence', () => {
  expect(sourcesOf(delivered('a', [25]), today)[0]).toMatchObject({ silentDays: 0, isLate: false, lastDay: today })
})
