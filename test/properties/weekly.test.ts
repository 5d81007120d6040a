import { fc, test } from '@fast-check/vitest'
import { weeklyReport } from '@kanalblick/reports/weekly'
import { expect } from 'vitest'

const week = { name: '2021-W10', from: '2021-03-08', to: '2021-03-14' }
const before = { previous: '2021-03-01', last_year: '2020-03-09' } as const
const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 })
const currency = fc.constantFrom('EUR', 'JPY')
const monday = fc.constantFrom(week.from, ...Object.values(before))

const weekSums = fc
  .record({ currency, from: monday, orders: fc.nat(10_000), revenueGrossMinor: amount, cancelledMinor: amount, refundsMinor: amount })
  .map((sums) => ({ ...sums, averageOrderValueMinor: null, revenueNetMinor: sums.revenueGrossMinor - sums.cancelledMinor - sums.refundsMinor }))
const facts = fc.record({
  week: fc.constant(week),
  firstDay: fc.constant('2019-01-01'),
  weeks: fc.uniqueArray(weekSums, { selector: (sums) => `${sums.currency} ${sums.from}` }),
  slices: fc.array(
    fc.record({
      currency,
      from: monday,
      dimension: fc.constantFrom('channel_instance' as const, 'country' as const),
      key: fc.string({ maxLength: 2 }),
      revenueNetMinor: amount,
    }),
    { maxLength: 40 },
  ),
  products: fc.array(
    fc.record({
      currency,
      comparison: fc.constantFrom('previous' as const, 'last_year' as const),
      product: fc.string(),
      name: fc.string(),
      revenueNetMinor: amount,
      beforeMinor: amount,
    }),
    { maxLength: 20 },
  ),
  days: fc.constant([]),
  deliveries: fc.constant([]),
})

const sum = (parts: readonly { readonly changeMinor: number }[]) => parts.reduce((total, { changeMinor }) => total + changeMinor, 0)

test.prop([facts])('every decomposition adds up to the change of net revenue, to the minor unit', (given) => {
  for (const { currency, comparisons } of weeklyReport(given).sections) {
    for (const { name, changeMinor, effects, ...decompositions } of comparisons) {
      const net = (from: string) => given.weeks.find((sums) => sums.currency === currency && sums.from === from)?.revenueNetMinor ?? 0
      expect(changeMinor).toBe(net(week.from) - net(before[name]))
      expect(sum(effects)).toBe(changeMinor)
      for (const { parts, other } of [decompositions.channels, decompositions.countries, decompositions.products]) {
        expect(sum(parts) + other.changeMinor).toBe(changeMinor)
        for (const part of [...parts, other]) expect(part.changeMinor).toBe(part.currentMinor - part.beforeMinor)
      }
    }
  }
})

test.prop([facts])('what carried a change moved in its direction', (given) => {
  for (const { comparisons } of weeklyReport(given).sections) {
    for (const { changeMinor, carriers } of comparisons) for (const carrier of carriers) expect(Math.sign(carrier.changeMinor)).toBe(Math.sign(changeMinor))
  }
})
