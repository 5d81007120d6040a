/** Days as the merchant counts them, in Berlin, and the holidays on which less is bought. */

const dayMs = 86_400_000
export const hourMs = 3_600_000

/** `yyyy-MM-dd` */
export type Day = string

const utcMs = (day: Day) => Date.parse(`${day}T00:00:00Z`)
const toDay = (ms: number): Day => new Date(ms).toISOString().slice(0, 10)

export const shiftDay = (day: Day, days: number): Day => toDay(utcMs(day) + days * dayMs)
export const daysBetween = (from: Day, to: Day): number => Math.round((utcMs(to) - utcMs(from)) / dayMs)
/** 0 is Monday. */
export const weekdayOf = (day: Day): number => (new Date(utcMs(day)).getUTCDay() + 6) % 7
export const mondayOf = (day: Day): Day => shiftDay(day, -weekdayOf(day))
/** From 0 on the first of January to just under 1. */
export const yearShare = (day: Day): number => daysBetween(`${day.slice(0, 4)}-01-01`, day) / 366

const lastSunday = (year: string, month: string): Day => {
  const last = `${year}-${month}-31`
  return shiftDay(last, -((weekdayOf(last) + 1) % 7))
}

/** Berlin's offset on a day from four in the morning on, when the clocks are set. */
function offsetHours(day: Day): number {
  const year = day.slice(0, 4)
  return day >= lastSunday(year, '03') && day < lastSunday(year, '10') ? 2 : 1
}

export const instantAt = (day: Day, minute: number): number => utcMs(day) - offsetHours(day) * hourMs + minute * 60_000

/** The day begins when nobody buys: what an hour more or less at night means is not asked. */
export const startOf = (day: Day): number => instantAt(day, 0)

export const dayAt = (ms: number): Day => {
  const guess = toDay(ms + hourMs)
  return ms >= startOf(shiftDay(guess, 1)) ? shiftDay(guess, 1) : guess
}

/** Anonymous Gregorian computus. */
function easterOf(year: number): Day {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100]
  const f = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3)
  const h = (19 * a + b - Math.floor(b / 4) - f + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const sum = h + l - 7 * m + 114
  return `${year}-${String(Math.floor(sum / 31)).padStart(2, '0')}-${String((sum % 31) + 1).padStart(2, '0')}`
}

export type Country = 'DE' | 'AT' | 'CH'

const fixed: Readonly<Record<Country, readonly string[]>> = {
  DE: ['01-01', '05-01', '10-03', '12-25', '12-26'],
  AT: ['01-01', '01-06', '05-01', '08-15', '10-26', '11-01', '12-08', '12-25', '12-26'],
  CH: ['01-01', '08-01', '12-25', '12-26'],
}
/** Days from Easter Sunday: Good Friday, Easter Monday, Ascension, Whit Monday, Corpus Christi. */
const moving: Readonly<Record<Country, readonly number[]>> = { DE: [-2, 1, 39, 50], AT: [1, 39, 50, 60], CH: [-2, 1, 39, 50] }

export function isHoliday(day: Day, country: Country): boolean {
  return fixed[country].includes(day.slice(5)) || moving[country].includes(daysBetween(easterOf(Number(day.slice(0, 4))), day))
}

/** The Friday after the fourth Thursday of November. */
export const blackFridayOf = (year: string): Day => {
  const first = `${year}-11-01`
  return shiftDay(first, ((3 - weekdayOf(first) + 7) % 7) + 22)
}
