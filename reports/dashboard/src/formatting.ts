/** Numbers, days and names as a language writes them. */
import type { Cell } from './api.ts'
import type { Period } from './period.ts'

export type Language = 'de' | 'en'
const localeOf: Readonly<Record<Language, string>> = { de: 'de-DE', en: 'en-GB' }

/** Of a share, not of a value. */
const points: Readonly<Record<Language, string>> = { de: 'Prozentpunkte', en: 'percentage points' }

export type Unit = 'money' | 'count' | 'ratio'

export interface Formatting {
  /** The value as people read it; a dash where it is not known. */
  value(value: Cell | undefined, unit: Unit, currency: string): string
  signed(value: number, unit: Unit, currency: string): string
  /** Rounded, for an axis. */
  short(value: number, unit: Unit, currency: string): string
  signedPercent(fraction: number): string
  percent(fraction: number): string
  /** `3. Nov.` */
  dayShort(day: string): string
  day(day: string): string
  month(day: string): string
  days(period: Period): string
  country(code: string): string
}

export function createFormatting(language: Language): Formatting {
  const locale = localeOf[language]
  const number = (value: number, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options).format(value)
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
  const percent = { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 } as const
  const signDisplay = 'exceptZero'
  const countries = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' })
  const optionsOf = (unit: Unit, currency: string): Intl.NumberFormatOptions =>
    unit === 'ratio' ? percent : unit === 'money' && currency !== '' ? { style: 'currency', currency } : {}
  const short = date({ day: 'numeric', month: 'short' })
  const long = date({ day: 'numeric', month: 'long', year: 'numeric' })
  const month = date({ month: 'short', year: 'numeric' })
  return {
    value: (value, unit, currency) => (typeof value === 'number' ? number(value, optionsOf(unit, currency)) : typeof value === 'string' ? value : '–'),
    // The difference of two shares is said in points, as no share of anything.
    signed: (value, unit, currency) =>
      unit === 'ratio'
        ? `${number(value * 100, { signDisplay, maximumFractionDigits: 1 })} ${points[language]}`
        : number(value, { ...optionsOf(unit, currency), signDisplay }),
    short: (value, unit, currency) =>
      number(value, { ...optionsOf(unit, currency), minimumFractionDigits: 0, maximumFractionDigits: unit === 'ratio' ? 1 : 0 }),
    signedPercent: (fraction) => number(fraction, { ...percent, signDisplay }),
    percent: (fraction) => number(fraction, percent),
    dayShort: (day) => short.format(new Date(day)),
    day: (day) => long.format(new Date(day)),
    month: (day) => month.format(new Date(day)),
    days: ({ from, to }) => long.formatRange(new Date(from), new Date(to)),
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
  }
}
