import { expect, test } from 'vitest'
import { remember } from './remember.ts'

test('a remembered function is asked once per key, also when it has no answer', () => {
  const asked: number[] = []
  const half = remember(
    (number: number) => {
      asked.push(number)
      return number % 2 === 0 ? number / 2 : undefined
    },
    (number) => number,
  )
  expect([half(4), half(3), half(4), half(3)]).toEqual([2, undefined, 2, undefined])
  expect(asked).toEqual([4, 3])
})

test('a remembered function stays right when more keys come than it holds', () => {
  const double = remember(
    (number: number) => 2 * number,
    (number) => number,
  )
  const keys = Array.from({ length: 60_000 }, (_, key) => key)
  expect([...keys, ...keys].every((key) => double(key) === 2 * key)).toBe(true)
})
