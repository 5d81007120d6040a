/** The words of a language, with numbers, times and countries as it writes them. */
import { type PurposeId, purposes, type RetentionClass, retentionDays } from '@kanalblick/stream'
import { de } from './de.ts'
import { en } from './en.ts'
import { type Language, type Messages, word } from './messages.ts'

export interface Wording {
  readonly language: Language
  readonly say: Messages
  count(number: number): string
  entries(rows: number): string
  /** With the time of day; what is no time stands as it is. */
  instant(time: string): string
  day(time: string): string
  duration(ms: number): string
  /** ISO 3166-1 alpha-2; anything else stands as it is. */
  country(code: string): string
  purpose(purpose: PurposeId): string
  /** How long at most. */
  period(retention: RetentionClass): string
  /** What is kept for how long. */
  retention(retention: RetentionClass): string
  store(name: string): string
  list(items: readonly string[]): string
}

export const wordings: Readonly<Record<Language, (timeZone?: string) => Wording>> = {
  de: (timeZone) => wording('de', de, timeZone),
  en: (timeZone) => wording('en', en, timeZone),
}

function wording(language: Language, say: Messages, timeZone = 'UTC'): Wording {
  const { locale } = say
  const numbers = new Intl.NumberFormat(locale)
  const units = (value: number, unit: string) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone })
  const instants = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  })
  const countries = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' })
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  const timeBy = (format: Intl.DateTimeFormat) => (time: string) => (Number.isNaN(Date.parse(time)) ? time : format.format(new Date(time)))
  const duration = (ms: number) => durationIn(ms, units, (n) => say.days(numbers.format(n)))
  const period = (retention: RetentionClass) => (retention === 'lasting' ? say.lasting : say.atMost(duration(retentionDays[retention] * dayMs)))
  return {
    language,
    say,
    count: (number) => numbers.format(number),
    entries: (rows) => say.entries(numbers.format(rows), rows === 1),
    instant: timeBy(instants),
    day: timeBy(days),
    duration,
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
    purpose: (purpose) => `${say.purpose[purpose].name}: ${say.purpose[purpose].what} (${say.basis[purposes[purpose].basis]})`,
    period,
    retention: (retention) => `${say.retention[retention]}: ${period(retention)}`,
    store: (name) => word(say.store, name),
    list: (items) => lists.format(items),
  }
}

const dayMs = 86_400_000
const daysPerMonth = 30.44

/** Short periods exactly, long ones as people count them. */
function durationIn(ms: number, units: (value: number, unit: string) => string, inDays: (days: number) => string): string {
  const days = Math.round(ms / dayMs)
  if (days <= 3) return units(Math.round(ms / 3_600_000), 'hour')
  if (days <= 60) return units(days, 'day')
  const months = Math.round(days / daysPerMonth)
  return `${months >= 36 ? units(Math.round(months / 12), 'year') : units(months, 'month')} (${inDays(days)})`
}
