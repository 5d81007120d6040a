/** ISO weeks: Monday to Sunday; the week that holds the year's first Thursday is its first. */
import { addDays, format, isValid, parse, parseISO } from 'date-fns'
import { InvalidRequestError } from '../invalid-request.ts'

export interface Week {
  /** `2011-W45` */
  readonly name: string
  /** Monday, `yyyy-MM-dd`. */
  readonly from: string
  /** Sunday. */
  readonly to: string
}

const weekPattern = "RRRR-'W'II"
const dayPattern = 'yyyy-MM-dd'
const firstYear = '2001'

/** @throws InvalidRequestError when there is no such week */
export function parseWeek(name: string): Week {
  const monday = parse(name, weekPattern, new Date(0))
  if (!isValid(monday) || format(monday, weekPattern) !== name || name < firstYear || name >= '2099')
    throw new InvalidRequestError([{ path: 'week', code: 'week_unknown', message: `there is no ISO week like this: write 2011-W45 (since ${firstYear})` }])
  return weekOf(format(monday, dayPattern))
}

/** The week that a day lies in. */
export function weekOf(day: string): Week {
  const weekday = (parseISO(day).getDay() + 6) % 7
  const from = shiftDay(day, -weekday)
  return { name: format(parseISO(from), weekPattern), from, to: shiftDay(from, 6) }
}

export const shiftWeek = ({ from }: Week, days: number): Week => weekOf(shiftDay(from, days))
export const shiftDay = (day: string, days: number): string => format(addDays(parseISO(day), days), dayPattern)
export const daysOf = ({ from }: Week): string[] => Array.from({ length: 7 }, (_, index) => shiftDay(from, index))

/** The last week that was over before the day began. */
export const lastCompleteWeek = (today: string): Week => shiftWeek(weekOf(today), -7)
