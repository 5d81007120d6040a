/** What the weekly report is made of: answers of the query API, so that it can be made beside a running server or inside it. */

import type { Cell, Table } from '@kanalblick/stream'
import { minorUnitExponent } from '@kanalblick/stream'
import { InvalidRequestError } from '../invalid-request.ts'
import type { QueryRequestInput } from '../query/request.ts'
import type { QueryResult } from '../query/run.ts'
import { shiftDay, shiftWeek, type Week } from './week.ts'

/** Who answers: the warehouse or a server. */
export interface WeeklySource {
  query(request: QueryRequestInput): Promise<QueryResult>
  /** A report by its name, with amounts in major units. */
  report(name: string, params: Readonly<Record<string, string | number>>): Promise<Table>
}

export type ComparisonName = 'previous' | 'last_year'
export type SliceDimension = 'channel_instance' | 'country'

/** All amounts are integer minor units. */
export interface Sums {
  readonly revenueNetMinor: number
  readonly revenueGrossMinor: number
  readonly orders: number
  readonly averageOrderValueMinor: number | null
  readonly cancelledMinor: number
  readonly refundsMinor: number
}

export interface WeekSums extends Sums {
  /** The Monday. */
  readonly from: string
  readonly currency: string
}

export interface Slice {
  readonly dimension: SliceDimension
  readonly from: string
  readonly key: string
  readonly currency: string
  readonly revenueNetMinor: number
}

export interface ProductChange {
  readonly comparison: ComparisonName
  readonly product: string
  readonly name: string
  readonly currency: string
  readonly revenueNetMinor: number
  readonly beforeMinor: number
}

export interface SourceDay {
  readonly day: string
  readonly channelInstance: string
  readonly events: number
  readonly eventsConsented: number
}

export interface WeeklyFacts {
  readonly week: Week
  /** Of all data; null when there is none up to the week's end. */
  readonly firstDay: string | null
  /** The trend's weeks, and the same a year before. Weeks without sales are missing. */
  readonly weeks: readonly WeekSums[]
  /** The week, the one before, the same a year before. */
  readonly slices: readonly Slice[]
  readonly products: readonly ProductChange[]
  /** The week and the weeks that say what is usual. */
  readonly days: readonly SourceDay[]
  readonly deliveries: readonly { readonly outcome: string; readonly reason: string; readonly events: number }[]
}

export const trendWeeks = 13
export const usualWeeks = 4
export const daysOfYear = 364
/** Of products that rose, and of products that fell. */
const topProducts = 5
const searchedDays = 3659

export async function collectFacts(source: WeeklySource, week: Week): Promise<WeeklyFacts> {
  const lastYear = shiftWeek(week, -daysOfYear)
  return {
    week,
    firstDay: await firstDay(source, week),
    weeks: [...(await weeks(source, lastYear)), ...(await weeks(source, week))],
    slices: [
      ...(await slices(source, 'channel_instance', { from: shiftDay(week.from, -7), to: week.to })),
      ...(await slices(source, 'channel_instance', lastYear)),
      ...(await slices(source, 'country', { from: shiftDay(week.from, -7), to: week.to })),
      ...(await slices(source, 'country', lastYear)),
    ],
    products: await products(source, week),
    days: await sourceDays(source, week),
    deliveries: (await source.report('weekly_deliveries', { from: week.from, to: week.to })).rows.map((row) => ({
      outcome: text(row, 'outcome'),
      reason: text(row, 'reason'),
      events: number(row, 'events'),
    })),
  }
}

async function firstDay(source: WeeklySource, { to }: Week): Promise<string | null> {
  const earliest = shiftDay(to, -searchedDays)
  const from = earliest < '2000-01-01' ? '2000-01-01' : earliest
  const { rows } = await source.query({ metrics: ['events'], grain: 'day', from, to, limit: 1 })
  return rows[0] ? text(rows[0], 'period') : null
}

async function weeks(source: WeeklySource, { from, to }: Week): Promise<WeekSums[]> {
  const { rows } = await source.query({
    metrics: ['revenue_net', 'revenue_gross', 'orders', 'average_order_value', 'cancelled', 'refunds'],
    grain: 'week',
    from: shiftDay(from, -7 * (trendWeeks - 1)),
    to,
  })
  return rows.map((row) => ({
    from: text(row, 'period'),
    currency: text(row, 'currency'),
    revenueNetMinor: minor(row, 'revenue_net'),
    revenueGrossMinor: minor(row, 'revenue_gross'),
    orders: number(row, 'orders'),
    averageOrderValueMinor: row['average_order_value'] === null ? null : minor(row, 'average_order_value'),
    cancelledMinor: minor(row, 'cancelled'),
    refundsMinor: minor(row, 'refunds'),
  }))
}

async function slices(source: WeeklySource, dimension: SliceDimension, { from, to }: Pick<Week, 'from' | 'to'>): Promise<Slice[]> {
  const { rows } = await source.query({ metrics: ['revenue_net'], by: [dimension], grain: 'week', from, to })
  return rows.map((row) => ({
    dimension,
    from: text(row, 'period'),
    key: text(row, dimension),
    currency: text(row, 'currency'),
    revenueNetMinor: minor(row, 'revenue_net'),
  }))
}

async function products(source: WeeklySource, { from, to }: Week): Promise<ProductChange[]> {
  const { rows } = await source.report('weekly_products', { from, to, top: topProducts })
  return rows.map((row) => ({
    comparison: text(row, 'comparison') as ComparisonName,
    product: text(row, 'product'),
    name: text(row, 'product_name'),
    currency: text(row, 'currency'),
    revenueNetMinor: minor(row, 'revenue_net'),
    beforeMinor: minor(row, 'revenue_net_before'),
  }))
}

async function sourceDays(source: WeeklySource, { from, to }: Week): Promise<SourceDay[]> {
  const { rows } = await source.query({
    metrics: ['events', 'events_consented'],
    by: ['channel_instance'],
    grain: 'day',
    from: shiftDay(from, -7 * usualWeeks),
    to,
  })
  return rows.map((row) => ({
    day: text(row, 'period'),
    channelInstance: text(row, 'channel_instance'),
    events: number(row, 'events'),
    eventsConsented: number(row, 'events_consented'),
  }))
}

type Row = Readonly<Record<string, Cell>>
const text = (row: Row, name: string): string => String(row[name])
/** A count or an amount in major units. @throws InvalidRequestError for a sum beyond 15 digits, which the API answers as text: rounded, parts would not add up */
function number(row: Row, name: string): number {
  const cell = row[name]
  if (typeof cell === 'number') return cell
  const message = `${name} has more than 15 digits in a week that the report needs: find the order at fault with kanalblick query, and correct it`
  throw new InvalidRequestError([{ path: 'week', code: 'sum_too_large', message }])
}
/** The API's major units have at most 15 digits, so rounding finds back exactly the minor units that they were made of. */
const minor = (row: Row, name: string): number => Math.round(number(row, name) * 10 ** minorUnitExponent(text(row, 'currency')))
