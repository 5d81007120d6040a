import { expect, test } from 'vitest'
import { createGuessLimit } from './guess-limit.ts'

test('answers so many wrong guesses a minute, and counts no right one', () => {
  let nowMs = 0
  const guesses = createGuessLimit({ perMinute: 6, nowMs: () => nowMs })
  for (let guess = 0; guess < 6; guess++) {
    expect(guesses.waitSeconds()).toBe(0)
    guesses.failed()
  }
  expect(guesses.waitSeconds()).toBe(10)
  nowMs += 9_000
  expect(guesses.waitSeconds()).toBe(1)
  nowMs += 1_000
  expect(guesses.waitSeconds()).toBe(0)
  expect(guesses.waitSeconds()).toBe(0)
})
