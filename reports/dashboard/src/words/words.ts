/** Everything that the page says in words. A language that misses a sentence does not compile. Values arrive formatted. */
import type { Comparison, Preset } from '../period.ts'
import type { TileMetric } from '../questions.ts'
import type { FilterName } from '../state.ts'

/** What a number means, and how it is made. */
export interface Explanation {
  readonly name: string
  readonly meaning: string
  readonly calculation: string
}

export interface Words {
  readonly overview: string
  readonly weeklyReports: string
  readonly skipToContent: string
  readonly demoData: string
  readonly demoExplained: string
  readonly language: string
  readonly theme: string
  readonly themes: Readonly<Record<'auto' | 'light' | 'dark', string>>
  readonly signOut: string
  readonly close: string
  readonly loading: string
  readonly retry: string
  readonly failed: (reason: string) => string

  readonly signInTitle: string
  readonly signInWorking: string
  readonly signInHow: string
  readonly signInRefused: string

  readonly period: string
  readonly presets: Readonly<Record<Preset, string>>
  readonly ownPeriod: string
  readonly from: string
  readonly to: string
  readonly apply: string
  readonly comparison: string
  readonly comparisons: Readonly<Record<Comparison, string>>
  readonly currency: string
  readonly comparedWith: (days: string) => string
  readonly comparedUntilYesterday: string
  readonly noComparison: string

  readonly filters: string
  readonly addFilter: string
  readonly filterNames: Readonly<Record<FilterName, string>>
  readonly filterBy: (name: string) => string
  readonly removeFilter: (name: string) => string
  readonly clearFilters: string
  readonly unknownCountry: string
  readonly noProduct: string

  readonly numbers: string
  readonly metrics: Readonly<Record<TileMetric, Explanation>>
  readonly explain: (name: string) => string
  readonly calculation: string
  readonly notPerProduct: string
  readonly showTrendOf: (name: string) => string
  readonly unchanged: string
  readonly newNow: string

  readonly trend: (metric: string) => string
  readonly current: string
  readonly before: string
  readonly notWhole: string
  readonly trendSummary: (values: { highest: string; highestAt: string; lowest: string; lowestAt: string }) => string
  readonly trendEmpty: string
  readonly asTable: string
  readonly pick: string
  readonly periodColumn: string
  readonly weekOf: (day: string) => string

  readonly changes: string
  readonly changesNote: (amount: string) => string
  readonly changesSummary: (values: { rise: string; fall: string }) => string
  readonly none: string

  readonly channels: string
  readonly products: string
  readonly channel: string
  readonly product: string
  readonly reach: string
  readonly clicks: string
  readonly share: string
  readonly change: string
  readonly events: string
  readonly downloadCsv: (what: string) => string
  readonly showAll: (count: number) => string
  readonly showFewer: string
  readonly sortBy: (column: string) => string
  readonly clickToFilter: string

  readonly consent: string
  readonly consentNote: string
  readonly consentOf: (consented: string, events: string) => string
  readonly consentNone: string

  readonly health: string
  readonly healthNote: string
  readonly source: string
  readonly lastData: string
  readonly status: string
  readonly statusOk: string
  readonly statusLate: (days: number) => string
  readonly noSourceLately: (lastDay: string) => string
  readonly deliveries: (accepted: string) => string
  readonly deliveriesNone: string
  readonly outcomes: Readonly<Record<'dropped' | 'rejected', string>>
  readonly reason: string
  readonly outcome: string

  readonly emptyAll: string
  readonly emptyAllNext: string
  readonly emptyPeriod: (first: string, last: string) => string
  readonly emptyPeriodNext: string
  readonly emptyFiltered: string

  readonly reportsTitle: string
  readonly reportsNote: string
  readonly reportsEmpty: string
  readonly reportWeek: (week: number, year: number) => string
  readonly openAlone: string
  readonly backToReports: string
  readonly notFound: string
}
