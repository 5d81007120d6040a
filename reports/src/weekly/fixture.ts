/** Facts to report on: nothing there but what a test says. */
import type { Slice, WeeklyFacts, WeekSums } from './facts.ts'
import { parseWeek, shiftWeek } from './week.ts'

const week = parseWeek('2021-W10')

export const thisWeek = week.from
export const weekBefore = shiftWeek(week, -7).from
export const lastYear = shiftWeek(week, -364).from

export const facts = (given: Partial<WeeklyFacts> = {}): WeeklyFacts => ({
  week,
  firstDay: '2019-01-01',
  weeks: [],
  slices: [],
  products: [],
  days: [],
  deliveries: [],
  ...given,
})

/** The derived amounts follow from the given ones. */
export const sums = (from: string, given: Partial<WeekSums> = {}): WeekSums => {
  const { revenueGrossMinor = 0, cancelledMinor = 0, refundsMinor = 0, orders = 0 } = given
  return {
    from,
    currency: 'EUR',
    orders,
    revenueGrossMinor,
    cancelledMinor,
    refundsMinor,
    revenueNetMinor: revenueGrossMinor - cancelledMinor - refundsMinor,
    averageOrderValueMinor: orders > 0 ? Math.round(revenueGrossMinor / orders) : null,
    ...given,
  }
}

export const slice = (from: string, given: Partial<Slice>): Slice => ({ dimension: 'country', key: 'DE', currency: 'EUR', revenueNetMinor: 0, from, ...given })
