/** The report in a few words, for the subject of a mail and for a list of reports. */
import { toMajor } from '../money.ts'
import { type Language, languages } from './languages/messages.ts'
import { type Wording, wording } from './languages/wording.ts'
import type { Section, WeeklyReport } from './model.ts'
import { relativeChange, sentences } from './sentences.ts'

export type InLanguages = Readonly<Record<Language, string>>

export interface WeeklySummary {
  readonly title: InLanguages
  /** The title and the net revenue, with its change on the week before. */
  readonly subject: InLanguages
  /** The three sentences that the report begins with. */
  readonly headline: InLanguages
  /** In major units, exact. */
  readonly revenue: readonly { readonly currency: string; readonly revenueNet: number }[]
}

const leadSentences = 3

export function weeklySummary(report: WeeklyReport): WeeklySummary {
  return {
    title: inLanguages(({ say, week }) => say.title(week(report.week))),
    subject: inLanguages((words) => subject(report, words)),
    headline: inLanguages((words) => headline(report, words)),
    revenue: report.sections.map((section) => ({ currency: section.currency, revenueNet: toMajor(revenueOf(section).current ?? 0, section.currency) })),
  }
}

const inLanguages = (write: (words: Wording) => string): InLanguages =>
  Object.fromEntries(languages.map((language) => [language, plainSpaces(write(wording(language)))])) as Record<Language, string>

/** Not every mail program and list shows the spaces that do not break. */
const plainSpaces = (text: string) => text.replaceAll(/[\u00a0\u2009\u202f]/g, ' ')

function subject(report: WeeklyReport, { say, week, money, signedPercent }: Wording): string {
  const amounts = report.sections.map((section) => {
    const { current, previous } = revenueOf(section)
    const change = current === null || previous === null ? null : relativeChange(current, previous)
    return `${money(current ?? 0, section.currency)}${change === null ? '' : ` (${signedPercent(change)} ${say.sinceComparison.previous})`}`
  })
  const title = say.title(week(report.week))
  return amounts.length === 0 ? title : `${title}: ${say.measure.revenue_net} ${amounts.join('; ')}`
}

function headline(report: WeeklyReport, words: Wording): string {
  if (report.firstDay === null) return words.say.noData
  if (report.sections.length === 0) return words.say.noSales
  return report.sections.flatMap((section) => sentences(report, section, words).slice(0, leadSentences)).join(' ')
}

function revenueOf({ measures }: Section): { current: number | null; previous: number | null } {
  return measures.find(({ name }) => name === 'revenue_net') ?? { current: null, previous: null }
}
