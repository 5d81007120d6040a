import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createPseudonymOf, pseudonymPurposes, pseudonymsOf } from './subject.ts'

const keyring = {
  mac: (use: string, ...parts: string[]) =>
    createHmac('sha256', 'key')
      .update(JSON.stringify([use, ...parts]))
      .digest('hex')
      .slice(0, 32),
}
const config = { pseudonymEpochDays: 30 }
const dayMs = 86_400_000
const timeOn = (day: number) => new Date(day * dayMs).toISOString()
const ref = 'v1:0123'

test('the reference alone is enough to find every pseudonym of a period', () => {
  const pseudonymOf = createPseudonymOf(keyring, config)
  const given = new Set<string>()
  for (let day = 100; day <= 200; day++)
    for (const purpose of Object.keys(pseudonymPurposes) as (keyof typeof pseudonymPurposes)[]) given.add(pseudonymOf(purpose, { ref }, timeOn(day)))
  // The epochs that begin on days 90, 120, 150 and 180.
  expect(given.size).toBe(4 * 3)
  expect(new Set(pseudonymsOf(keyring, config)(ref, timeOn(100), timeOn(200)))).toEqual(given)
})

test('both ends of the period count', () => {
  const of = pseudonymsOf(keyring, config)
  expect(of(ref, timeOn(119), timeOn(119))).toHaveLength(3)
  expect(of(ref, timeOn(119), timeOn(120))).toHaveLength(6)
})
