/** Which days the page shows, and which it compares them with. Days are `yyyy-MM-dd` in the merchant's time zone. */
import { lastCompleteWeek, shiftDay, weekOf } from '@kanalblick/reports/week'
import { differenceInCalendarDays, parseISO } from 'date-fns'

export interface Period {
  readonly from: string
  /** Included. */
  readonly to: string
}

export const presets = ['last_week', 'last_4_weeks', 'last_13_weeks', 'last_52_weeks', 'yesterday', 'this_week'] as const
export type Preset = (typeof presets)[number]

export const comparisons = ['previous', 'last_year', 'none'] as const
export type Comparison = (typeof comparisons)[number]

export type Grain = 'day' | 'week' | 'month'

const daysOfYear = 364

/** All but `this_week` are of complete days and weeks. */
export function presetPeriod(preset: Preset, today: string): Period {
  const { from, to } = lastCompleteWeek(today)
  switch (preset) {
    case 'last_week':
      return { from, to }
    case 'last_4_weeks':
      return { from: shiftDay(from, -21), to }
    case 'last_13_weeks':
      return { from: shiftDay(from, -84), to }
    case 'last_52_weeks':
      return { from: shiftDay(from, -357), to }
    case 'yesterday':
      return { from: shiftDay(today, -1), to: shiftDay(today, -1) }
    case 'this_week':
      return { from: weekOf(today).from, to: today }
  }
}

/** Like with like: the same weekdays, and only days that are over on both sides. */
export interface ComparedPeriods {
  readonly current: Period
  readonly before: Period
}

/** Undefined when nothing is to be compared, or when no day of the period is over. */
export function comparedPeriods({ from, to }: Period, comparison: Comparison, today: string): ComparedPeriods | undefined {
  const yesterday = shiftDay(today, -1)
  const current = { from, to: to < yesterday ? to : yesterday }
  if (comparison === 'none' || current.to < from) return undefined
  const days = comparison === 'last_year' ? daysOfYear : Math.ceil(lengthInDays(current) / 7) * 7
  return { current, before: { from: shiftDay(from, -days), to: shiftDay(current.to, -days) } }
}

export const lengthInDays = ({ from, to }: Period): number => differenceInCalendarDays(parseISO(to), parseISO(from)) + 1

export const grainOf = (period: Period): Grain => (lengthInDays(period) <= 31 ? 'day' : lengthInDays(period) <= 400 ? 'week' : 'month')

/** The first days of all days, weeks or months that the period touches. */
export function startsOf({ from, to }: Period, grain: Grain): string[] {
  const starts: string[] = []
  for (let start = startOf(from, grain); start <= to; start = nextStart(start, grain)) starts.push(start)
  return starts
}

/** The whole day, week or month that begins on a day. */
export const periodFrom = (start: string, grain: Grain): Period => ({ from: start, to: shiftDay(nextStart(start, grain), -1) })

const startOf = (day: string, grain: Grain): string => (grain === 'day' ? day : grain === 'week' ? weekOf(day).from : `${day.slice(0, 8)}01`)

const nextStart = (start: string, grain: Grain): string =>
  grain === 'day' ? shiftDay(start, 1) : grain === 'week' ? shiftDay(start, 7) : startOf(shiftDay(start, 31), 'month')
