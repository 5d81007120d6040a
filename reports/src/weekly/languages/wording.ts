/** Numbers, days and names as a language writes them. */
import { toMajor } from '../../money.ts'
import type { Week } from '../week.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import type { Language, Messages } from './messages.ts'

const messages: Readonly<Record<Language, Messages>> = { de, en }

export interface Wording {
  readonly language: Language
  readonly say: Messages
  money(minor: number, currency: string): string
  signedMoney(minor: number, currency: string): string
  /** Without its minor units, for an axis. */
  roundMoney(minor: number, currency: string): string
  count(number: number): string
  signedCount(number: number): string
  /** 0.25 is 25 %. */
  percent(fraction: number): string
  signedPercent(fraction: number): string
  /** `13. November 2011` */
  day(day: string): string
  days(week: Week): string
  week(week: Week): string
  weekShort(week: Week): string
  /** ISO 3166-1 alpha-2; '' when unknown. */
  country(code: string): string
}

export function wording(language: Language): Wording {
  const say = messages[language]
  const { locale } = say
  const number = (value: number, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options).format(value)
  const money = (minor: number, currency: string, options: Intl.NumberFormatOptions) =>
    number(toMajor(minor, currency), { style: 'currency', currency, ...options })
  const signed = { signDisplay: 'exceptZero' } as const
  const percent = { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 } as const
  const days = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
  const countries = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' })
  const numbers = ({ name }: Week) => ({ year: Number(name.slice(0, 4)), week: Number(name.slice(-2)) })
  return {
    language,
    say,
    money: (minor, currency) => money(minor, currency, {}),
    signedMoney: (minor, currency) => money(minor, currency, signed),
    roundMoney: (minor, currency) => money(minor, currency, { maximumFractionDigits: 0 }),
    count: (value) => number(value, {}),
    signedCount: (value) => number(value, signed),
    percent: (fraction) => number(fraction, percent),
    signedPercent: (fraction) => number(fraction, { ...percent, ...signed }),
    day: (day) => days.format(new Date(day)),
    days: ({ from, to }) => days.formatRange(new Date(from), new Date(to)),
    week: (week) => say.week(numbers(week).week, numbers(week).year),
    weekShort: (week) => say.weekShort(numbers(week).week),
    country: (code) => (code === '' ? say.unknownCountry : /^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
  }
}
