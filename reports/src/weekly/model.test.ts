import { describe, expect, test } from 'vitest'
import { facts, lastYear, slice, sums, thisWeek, weekBefore } from './fixture.ts'
import { weeklyReport } from './model.ts'
import { parseWeek } from './week.ts'

const only = <Item>(items: readonly Item[]): Item => {
  expect(items).toHaveLength(1)
  return items[0] as Item
}

describe('a week beside the one before and the one a year before', () => {
  const report = weeklyReport(
    facts({
      weeks: [
        sums(thisWeek, { orders: 3, revenueGrossMinor: 10_000, cancelledMinor: 500, refundsMinor: 100 }),
        sums(weekBefore, { orders: 2, revenueGrossMinor: 8_000, refundsMinor: 300 }),
        sums(lastYear, { orders: 4, revenueGrossMinor: 12_000 }),
      ],
      slices: [
        slice(thisWeek, { key: 'DE', revenueNetMinor: 6_000 }),
        slice(thisWeek, { key: 'AT', revenueNetMinor: 3_400 }),
        slice(weekBefore, { key: 'DE', revenueNetMinor: 7_000 }),
        slice(weekBefore, { key: 'CH', revenueNetMinor: 700 }),
        slice(thisWeek, { dimension: 'channel_instance', key: 'shop:1', revenueNetMinor: 9_400 }),
        slice(weekBefore, { dimension: 'channel_instance', key: 'shop:1', revenueNetMinor: 7_700 }),
      ],
      products: [
        { comparison: 'previous', product: 'A', name: 'Lamp', currency: 'EUR', revenueNetMinor: 5_000, beforeMinor: 2_000 },
        { comparison: 'previous', product: 'B', name: 'Cable', currency: 'EUR', revenueNetMinor: 0, beforeMinor: 900 },
      ],
    }),
  )
  const section = only(report.sections)
  const [previous, yearAgo] = section.comparisons

  test('holds every measure of the three weeks', () => {
    expect(section.measures).toEqual([
      { name: 'revenue_net', unit: 'money', current: 9_400, previous: 7_700, lastYear: 12_000 },
      { name: 'orders', unit: 'count', current: 3, previous: 2, lastYear: 4 },
      { name: 'average_order_value', unit: 'money', current: 3_333, previous: 4_000, lastYear: 3_000 },
      { name: 'cancelled', unit: 'money', current: 500, previous: 0, lastYear: 0 },
      { name: 'refunds', unit: 'money', current: 100, previous: 300, lastYear: 0 },
    ])
  })

  test('splits the change into orders, value per order, cancellations and refunds', () => {
    // One order more at (3 333.3 + 4 000) / 2; the rest of 2 000 by smaller orders.
    expect(previous?.effects).toEqual([
      { key: 'orders', changeMinor: 3_667 },
      { key: 'average_order_value', changeMinor: -1_667 },
      { key: 'cancelled', changeMinor: -500 },
      { key: 'refunds', changeMinor: 200 },
    ])
    expect(previous?.changeMinor).toBe(1_700)
  })

  test('takes a country that sold in one week only as nothing in the other', () => {
    expect(previous?.countries.parts).toEqual([
      { key: 'AT', currentMinor: 3_400, beforeMinor: 0, changeMinor: 3_400 },
      { key: 'CH', currentMinor: 0, beforeMinor: 700, changeMinor: -700 },
      { key: 'DE', currentMinor: 6_000, beforeMinor: 7_000, changeMinor: -1_000 },
    ])
  })

  test('puts into the remainder what the shown products leave open', () => {
    expect(previous?.products).toMatchObject({ other: { currentMinor: 4_400, beforeMinor: 4_800, changeMinor: -400 }, changeMinor: 1_700 })
  })

  test('names as carriers what moved most in the direction of the change, but no channel that is the only one', () => {
    expect(previous?.carriers).toEqual([
      { dimension: 'effect', key: 'orders', changeMinor: 3_667 },
      { dimension: 'country', key: 'AT', changeMinor: 3_400 },
      { dimension: 'product', key: 'A', name: 'Lamp', changeMinor: 3_000 },
    ])
    expect(yearAgo).toMatchObject({ name: 'last_year', changeMinor: -2_600 })
    expect(yearAgo?.carriers[0]).toEqual({ dimension: 'effect', key: 'orders', changeMinor: -3_167 })
  })

  test('looks at the product that fell most', () => {
    expect(section.attention).toEqual({ kind: 'product_fell', comparison: 'previous', product: 'B', name: 'Cable', changeMinor: -900 })
  })
})

describe('what cannot be compared', () => {
  const weeks = [sums(thisWeek, { orders: 1, revenueGrossMinor: 100 }), sums(weekBefore, { orders: 1, revenueGrossMinor: 50 })]
  const statuses = (firstDay: string | null) => weeklyReport(facts({ weeks, firstDay })).comparisons.map(({ status }) => status)

  test('is a year before the first day', () => {
    expect(statuses(weekBefore)).toEqual(['available', 'before_first_day'])
    expect(only(weeklyReport(facts({ weeks, firstDay: weekBefore })).sections).measures[0]).toMatchObject({ previous: 50, lastYear: null })
  })

  test('is a week within which the data began', () => {
    expect(statuses('2021-03-02')).toEqual(['began_within', 'before_first_day'])
  })

  test('is everything in the first week', () => {
    const report = weeklyReport(facts({ weeks: weeks.slice(0, 1), firstDay: thisWeek }))
    expect(report.comparisons.map(({ status }) => status)).toEqual(['before_first_day', 'before_first_day'])
    expect(only(report.sections)).toMatchObject({ comparisons: [], attention: { kind: 'no_comparison' } })
  })

  test('is everything without data', () => {
    expect(weeklyReport(facts({ firstDay: null }))).toMatchObject({ sections: [], basis: { events: 0, consentShare: null } })
  })
})

test('keeps currencies apart, also one that sold only in the week before', () => {
  const { sections } = weeklyReport(
    facts({ weeks: [sums(thisWeek, { orders: 1, revenueGrossMinor: 100 }), sums(weekBefore, { currency: 'CHF', orders: 1, revenueGrossMinor: 70 })] }),
  )
  expect(sections.map(({ currency, comparisons }) => [currency, comparisons[0]?.changeMinor])).toEqual([
    ['CHF', -70],
    ['EUR', 100],
  ])
})

test('shows thirteen weeks: zeros where nothing was sold, nothing before data began', () => {
  const { sections } = weeklyReport(facts({ firstDay: '2021-02-01', weeks: [sums(thisWeek, { orders: 1, revenueGrossMinor: 100 })] }))
  const trend = only(sections).trend
  expect(trend.map(({ week, revenueNetMinor }) => [week.name, revenueNetMinor])).toEqual([
    ...['2020-W51', '2020-W52', '2020-W53', '2021-W01', '2021-W02', '2021-W03', '2021-W04'].map((name) => [name, null]),
    ...['2021-W05', '2021-W06', '2021-W07', '2021-W08', '2021-W09'].map((name) => [name, 0]),
    ['2021-W10', 100],
  ])
})

test('compares week 53 with the week of the same weekdays a year before', () => {
  const week = parseWeek('2020-W53')
  const report = weeklyReport(
    facts({ week, weeks: [sums('2020-12-28', { orders: 1, revenueGrossMinor: 5 }), sums('2019-12-30', { orders: 1, revenueGrossMinor: 3 })] }),
  )
  expect(report.comparisons.map((comparison) => comparison.week.name)).toEqual(['2020-W52', '2020-W01'])
  expect(only(report.sections).comparisons.map(({ changeMinor }) => changeMinor)).toEqual([5, 2])
})

describe('the data it rests on', () => {
  const day = (day: string, given = {}) => ({ day, channelInstance: 'shop:1', events: 4, eventsConsented: 1, ...given })
  const mondays = ['2021-02-08', '2021-02-15', '2021-02-22', '2021-03-01']

  test('says which source delivered nothing this week but did before', () => {
    const { basis, sections } = weeklyReport(
      facts({
        weeks: [sums(thisWeek)],
        days: [day('2021-03-08'), day('2021-02-20', { channelInstance: 'amazon:de' }), day('2021-02-11', { channelInstance: 'amazon:de' })],
      }),
    )
    expect(basis.silentSources).toEqual([{ channelInstance: 'amazon:de', lastDay: '2021-02-20' }])
    expect(only(sections).attention).toEqual({ kind: 'silent_sources', channelInstances: ['amazon:de'] })
  })

  test('names a source that stopped within the week, and looks at it first', () => {
    const shop = ['2021-03-08', '2021-03-12'].map((each) => day(each))
    const amazon = (days: string[]) => days.map((each) => day(each, { channelInstance: 'amazon:de' }))
    const usual = ['2021-02-12', '2021-02-19', '2021-03-05']
    const report = (days: string[]) => weeklyReport(facts({ weeks: [sums(thisWeek, { orders: 1 })], days: [...shop, ...amazon(days)] }))
    const { basis, sections } = report([...usual, '2021-03-08'])
    expect(basis.lateSources).toEqual([{ channelInstance: 'amazon:de', lastDay: '2021-03-08' }])
    expect(only(sections).attention).toEqual({ kind: 'late_sources', channelInstances: ['amazon:de'] })
    expect(report([...usual, '2021-03-12']).basis.lateSources).toEqual([])
    expect(report([...usual.slice(1), '2021-03-08']).basis.lateSources).toEqual([])
  })

  test('says which day is missing that usually has data', () => {
    const missing = (days: string[]) => weeklyReport(facts({ days: ['2021-03-09', ...days].map((each) => day(each)) })).basis.missingDays
    expect(missing(mondays)).toEqual([thisWeek])
    expect(missing(mondays.slice(1))).toEqual([thisWeek])
    expect(missing(mondays.slice(2))).toEqual([])
    expect(missing([...mondays, thisWeek])).toEqual([])
  })

  test('says the share of consent of the week and of the one before', () => {
    const { basis } = weeklyReport(facts({ days: [day('2021-03-08'), day('2021-03-14', { events: 2 }), day('2021-03-01', { eventsConsented: 4 })] }))
    expect(basis).toMatchObject({ events: 6, eventsConsented: 2, consentShare: 0.3333, consentSharePrevious: 1 })
  })

  test('counts what came in, was dropped and was rejected', () => {
    const deliveries = [
      { outcome: 'accepted', reason: '', events: 9 },
      { outcome: 'dropped', reason: 'bot', events: 2 },
      { outcome: 'rejected', reason: 'event_invalid', events: 1 },
    ]
    expect(weeklyReport(facts({ deliveries })).basis.deliveries).toEqual({
      accepted: 9,
      dropped: [{ reason: 'bot', events: 2 }],
      rejected: [{ reason: 'event_invalid', events: 1 }],
    })
  })
})

test('points at cancellations and refunds that take five points more of the revenue', () => {
  const attention = (refundsMinor: number) =>
    only(
      weeklyReport(
        facts({
          weeks: [
            sums(thisWeek, { orders: 1, revenueGrossMinor: 1_000, refundsMinor }),
            sums(weekBefore, { orders: 1, revenueGrossMinor: 1_000, refundsMinor: 100 }),
          ],
        }),
      ).sections,
    ).attention
  expect(attention(150)).toEqual({ kind: 'losses_rose', comparison: 'previous', share: 0.15, shareBefore: 0.1 })
  expect(attention(149)).toEqual({ kind: 'nothing_fell', comparison: 'previous' })
})
