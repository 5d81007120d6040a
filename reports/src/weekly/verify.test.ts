import { expect, test } from 'vitest'
import type { WeeklyFacts } from './facts.ts'
import { facts, slice, sums, thisWeek, weekBefore } from './fixture.ts'
import { weeklyReport } from './model.ts'
import { contradictions } from './verify.ts'

const both = (from: string, revenueNetMinor: number) =>
  (['channel_instance', 'country'] as const).map((dimension) => slice(from, { dimension, key: 'a', revenueNetMinor }))
const agreeing = facts({
  weeks: [sums(thisWeek, { orders: 3, revenueGrossMinor: 500 }), sums(weekBefore, { orders: 2, revenueGrossMinor: 300 })],
  slices: [...both(thisWeek, 500), ...both(weekBefore, 300)],
})
const check = (given: WeeklyFacts) => contradictions(given, weeklyReport(given))

test('a report whose parts are its whole has no contradictions', () => {
  expect(check(agreeing)).toEqual([])
})

test('data that arrived between two answers are noticed, with the week and by how much', () => {
  expect(check({ ...agreeing, slices: [...agreeing.slices, slice(weekBefore, { key: 'AT', revenueNetMinor: 7 })] })).toEqual([
    `net revenue by country in the week from ${weekBefore} (EUR) differs from its total by 7 minor units`,
  ])
  expect(check({ ...agreeing, slices: both(thisWeek, 500) })).toHaveLength(2)
})

test('parts that do not make up the change are noticed', () => {
  const report = weeklyReport(agreeing)
  const [section] = report.sections
  const [comparison] = section?.comparisons ?? []
  if (!section || !comparison) throw new Error('nothing to compare')
  const broken = { ...report, sections: [{ ...section, comparisons: [{ ...comparison, effects: comparison.effects.slice(1) }] }] }
  expect(contradictions(agreeing, broken)).toEqual(['the change by component against previous (EUR) differs from the whole change'])
})
