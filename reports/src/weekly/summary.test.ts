import { expect, test } from 'vitest'
import { facts, sums, thisWeek, weekBefore } from './fixture.ts'
import { weeklyReport } from './model.ts'
import { weeklySummary } from './summary.ts'

const of = (given: Parameters<typeof facts>[0]) => weeklySummary(weeklyReport(facts(given)))
const usual = { weeks: [sums(thisWeek, { orders: 30, revenueGrossMinor: 1_234_567 }), sums(weekBefore, { orders: 20, revenueGrossMinor: 1_000_000 })] }

test('the subject says the week, the net revenue and its change', () => {
  expect(of(usual).subject).toEqual({
    de: 'Wochenbericht KW 10/2021: Umsatz (netto) 12.345,67 € (+23,5 % gegenüber Vorwoche)',
    en: 'Weekly report, week 10/2021: Net revenue €12,345.67 (+23.5% on the week before)',
  })
})

test('the subject of a week that cannot be compared says no change', () => {
  expect(of({ ...usual, firstDay: thisWeek }).subject.de).toBe('Wochenbericht KW 10/2021: Umsatz (netto) 12.345,67 €')
})

test('the headline is the three sentences that the report begins with, or says that there is nothing', () => {
  expect(of(usual).headline.de).toMatch(/^In KW 10\/2021 betrug der Umsatz .* Rechnerisch am meisten .*\.$/)
  expect(of({ firstDay: null }).headline.en).toContain('There are no data up to the end of this week.')
  expect(of({}).headline.en).toBe('There are no sales in this week nor in the weeks to compare with.')
})

test('the revenue stands in major units of each currency', () => {
  const weeks = [...usual.weeks, sums(thisWeek, { currency: 'JPY', orders: 1, revenueGrossMinor: 1_234 })]
  expect(of({ weeks }).revenue).toEqual([
    { currency: 'EUR', revenueNet: 12_345.67 },
    { currency: 'JPY', revenueNet: 1_234 },
  ])
})
