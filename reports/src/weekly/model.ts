/** The weekly report as data: a pure function of what the queries answered. Pages, mails and JSON are made from it alone. */

import { type Attention, attentionTo } from './attention.ts'
import { type Basis, basisOf } from './basis.ts'
import { type Carrier, carriersOf } from './carriers.ts'
import { type Decomposition, decompose, type Effect, effects, movedMost } from './decompose.ts'
import { type ComparisonName, daysOfYear, type Slice, type SliceDimension, type Sums, trendWeeks, type WeeklyFacts, type WeekSums } from './facts.ts'
import { shiftDay, shiftWeek, type Week } from './week.ts'

export interface WeeklyReport {
  readonly week: Week
  /** The first day with data; null when there is none up to the week's end. */
  readonly firstDay: string | null
  readonly comparisons: readonly ComparisonPeriod[]
  /** One per currency: amounts of different currencies are never added. */
  readonly sections: readonly Section[]
  readonly basis: Basis
}

export interface ComparisonPeriod {
  readonly name: ComparisonName
  readonly week: Week
  /** Data that begin within or after a period say nothing about it. */
  readonly status: 'available' | 'began_within' | 'before_first_day'
}

const measureNames = ['revenue_net', 'orders', 'average_order_value', 'cancelled', 'refunds'] as const
export type MeasureName = (typeof measureNames)[number]

/** A number of the week beside those it is compared with. Money is in minor units; null where it is not known. */
export interface Measure {
  readonly name: MeasureName
  readonly unit: 'money' | 'count'
  readonly current: number | null
  readonly previous: number | null
  readonly lastYear: number | null
}

export interface SectionComparison {
  readonly name: ComparisonName
  readonly week: Week
  readonly changeMinor: number
  readonly effects: readonly Effect[]
  readonly channels: Decomposition
  readonly countries: Decomposition
  readonly products: Decomposition
  readonly carriers: readonly Carrier[]
}

export interface TrendPoint {
  readonly week: Week
  /** Null before data began. */
  readonly revenueNetMinor: number | null
  readonly orders: number | null
  /** 364 days earlier. */
  readonly lastYearMinor: number | null
}

export interface Section {
  readonly currency: string
  readonly measures: readonly Measure[]
  /** Those that are available. */
  readonly comparisons: readonly SectionComparison[]
  readonly trend: readonly TrendPoint[]
  readonly attention: Attention
}

const shownSlices = 8

export function weeklyReport(facts: WeeklyFacts): WeeklyReport {
  const { week, firstDay } = facts
  const comparisons = [comparisonPeriod('previous', shiftWeek(week, -7), firstDay), comparisonPeriod('last_year', shiftWeek(week, -daysOfYear), firstDay)]
  const basis = basisOf(facts)
  const known = [week, ...comparisons.filter(isAvailable).map((comparison) => comparison.week)].map(({ from }) => from)
  const currencies = [...new Set(facts.weeks.filter(({ from, currency }) => known.includes(from) && currency !== '').map(({ currency }) => currency))]
  return { week, firstDay, comparisons, sections: currencies.toSorted().map((currency) => section(facts, { currency, comparisons, basis })), basis }
}

const isAvailable = ({ status }: ComparisonPeriod) => status === 'available'

const comparisonPeriod = (name: ComparisonName, week: Week, firstDay: string | null): ComparisonPeriod => ({
  name,
  week,
  status: firstDay === null || firstDay > week.to ? 'before_first_day' : firstDay > week.from ? 'began_within' : 'available',
})

interface SectionContext {
  readonly currency: string
  readonly comparisons: readonly ComparisonPeriod[]
  readonly basis: Basis
}

function section(facts: WeeklyFacts, { currency, comparisons, basis }: SectionContext): Section {
  const sumsOf = ({ from }: Week): Sums => facts.weeks.find((sums) => sums.currency === currency && sums.from === from) ?? nothing
  const current = sumsOf(facts.week)
  const available = comparisons.filter(isAvailable)
  const before = Object.fromEntries(available.map(({ name, week }) => [name, sumsOf(week)])) as Partial<Record<ComparisonName, Sums>>
  const compared = available.map(({ name, week }) => compare(facts, { name, week, currency, current, before: sumsOf(week) }))
  return {
    currency,
    measures: measureNames.map((name) => measure(name, current, before)),
    comparisons: compared,
    trend: trend(facts, currency),
    attention: attentionTo({ basis, current, before: available[0] && { name: available[0].name, sums: sumsOf(available[0].week) }, compared: compared[0] }),
  }
}

const nothing: Sums = { revenueNetMinor: 0, revenueGrossMinor: 0, orders: 0, averageOrderValueMinor: null, cancelledMinor: 0, refundsMinor: 0 }

const valueOf: Readonly<Record<MeasureName, (sums: Sums) => number | null>> = {
  revenue_net: ({ revenueNetMinor }) => revenueNetMinor,
  orders: ({ orders }) => orders,
  average_order_value: ({ averageOrderValueMinor }) => averageOrderValueMinor,
  cancelled: ({ cancelledMinor }) => cancelledMinor,
  refunds: ({ refundsMinor }) => refundsMinor,
}

const measure = (name: MeasureName, current: Sums, before: Partial<Record<ComparisonName, Sums>>): Measure => ({
  name,
  unit: name === 'orders' ? 'count' : 'money',
  current: valueOf[name](current),
  previous: before.previous ? valueOf[name](before.previous) : null,
  lastYear: before.last_year ? valueOf[name](before.last_year) : null,
})

interface Comparing {
  readonly name: ComparisonName
  readonly week: Week
  readonly currency: string
  readonly current: Sums
  readonly before: Sums
}

function compare(facts: WeeklyFacts, { name, week, currency, current, before }: Comparing): SectionComparison {
  const total = { currentMinor: current.revenueNetMinor, beforeMinor: before.revenueNetMinor }
  const sliced = (dimension: SliceDimension) => pairs(facts.slices, { dimension, currency, current: facts.week, before: week })
  const products = facts.products
    .filter((product) => product.comparison === name && product.currency === currency)
    .map((product) => ({ key: product.product, name: product.name, currentMinor: product.revenueNetMinor, beforeMinor: product.beforeMinor }))
  const compared = {
    name,
    week,
    changeMinor: total.currentMinor - total.beforeMinor,
    effects: effects(current, before),
    channels: decompose(total, movedMost(sliced('channel_instance'), shownSlices)),
    countries: decompose(total, movedMost(sliced('country'), shownSlices)),
    products: decompose(total, movedMost(products, products.length)),
  }
  const several = (dimension: SliceDimension) => sliced(dimension).length > 1
  return { ...compared, carriers: carriersOf(compared, { channels: several('channel_instance'), countries: several('country') }) }
}

interface Sliced {
  readonly dimension: SliceDimension
  readonly currency: string
  readonly current: Week
  readonly before: Week
}

/** A slice that sold in only one of the weeks had nothing in the other. */
function pairs(slices: readonly Slice[], { dimension, currency, current, before }: Sliced): { key: string; currentMinor: number; beforeMinor: number }[] {
  const own = slices.filter((slice) => slice.dimension === dimension && slice.currency === currency && [current.from, before.from].includes(slice.from))
  const amount = (key: string, { from }: Week) => own.find((slice) => slice.key === key && slice.from === from)?.revenueNetMinor ?? 0
  return [...new Set(own.map(({ key }) => key))].map((key) => ({ key, currentMinor: amount(key, current), beforeMinor: amount(key, before) }))
}

function trend({ week, weeks, firstDay }: WeeklyFacts, currency: string): TrendPoint[] {
  const own = new Map(weeks.filter((sums) => sums.currency === currency).map((sums) => [sums.from, sums]))
  const known = (from: string): WeekSums | Sums | undefined => (firstDay !== null && from >= firstDay ? (own.get(from) ?? nothing) : undefined)
  return Array.from({ length: trendWeeks }, (_, index) => {
    const point = shiftWeek(week, -7 * (trendWeeks - 1 - index))
    // The report's own week is shown even when data began within it.
    const sums = index === trendWeeks - 1 ? (own.get(point.from) ?? nothing) : known(point.from)
    return {
      week: point,
      revenueNetMinor: sums?.revenueNetMinor ?? null,
      orders: sums?.orders ?? null,
      lastYearMinor: known(shiftDay(point.from, -daysOfYear))?.revenueNetMinor ?? null,
    }
  })
}
