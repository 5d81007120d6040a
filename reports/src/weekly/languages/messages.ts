/** Everything that the weekly report says in words. A language that misses a sentence does not compile. */

import type { EffectName } from '../decompose.ts'
import type { ComparisonName } from '../facts.ts'
import type { MeasureName } from '../model.ts'

export const languages = ['de', 'en'] as const
export type Language = (typeof languages)[number]

/** Values arrive as they are to be read: formatted for the language. */
export interface Messages {
  readonly locale: string
  title(week: string): string
  /** `KW 45/2011` */
  week(number: number, year: number): string
  /** `KW 45`, on an axis. */
  weekShort(number: number): string
  comparison: Readonly<Record<ComparisonName, string>>
  /** Stands behind a change. */
  sinceComparison: Readonly<Record<ComparisonName, string>>
  unchangedValue: string
  quoted(name: string): string
  comparedTo(comparisons: readonly string[]): string
  /** `mehr als ${than}` */
  than(comparison: ComparisonName, week: string): string
  /** `gegenüber ${against}` */
  against(comparison: ComparisonName, week: string): string
  period(week: string, days: string): string
  sectionTitle(currency: string): string

  measure: Readonly<Record<MeasureName, string>>
  effect: Readonly<Record<EffectName, string>>
  noValue: string

  /** First sentence. `changes` are clauses by `changed`. */
  happened(week: string, amount: string, changes: readonly string[]): string
  changed(direction: number, amounts: { amount: string; percent: string | undefined }, than: string): string
  /** Why there is nothing to compare with. */
  unavailable(comparison: ComparisonName, status: 'began_within' | 'before_first_day', firstDay: string): string
  beganWithinWeek(firstDay: string): string

  /** Second sentence. */
  carried(direction: number, against: string, carriers: readonly string[]): string
  carrier(dimension: 'effect' | 'channel' | 'country' | 'product', name: string, amount: string): string
  notExplained: string
  unchanged(against: string): string

  /** Third sentence. */
  lookAtSilentSources(sources: readonly string[]): string
  lookAtLateSources(sources: readonly string[]): string
  lookAtMissingDays(days: readonly string[]): string
  lookAtLosses(share: string, shareBefore: string, than: string): string
  lookAtProduct(name: string, amount: string, against: string): string
  nothingFell(against: string): string
  lookNextWeek: string

  noSales: string
  noData: string
  trendTitle: string
  thisYear: string
  yearBefore: string
  weekColumn: string
  trendSummary(values: { highest: string; highestWeek: string; lowest: string; lowestWeek: string; current: string }): string

  changeTitle(against: string, amount: string): string
  dimension: Readonly<Record<'effects' | 'channels' | 'countries' | 'products', string>>
  dimensionNote: Readonly<Record<'effects' | 'channels' | 'countries' | 'products', string>>
  currentColumn: string
  changeColumn: string
  other: string
  totalChange: string
  unknownCountry: string
  noProduct: string
  contributionSummary(values: { rise: string | undefined; fall: string | undefined; other: string | undefined }): string
  asTable: string

  basisTitle: string
  basisEvents(events: string, sources: readonly string[]): string
  noEvents: string
  basisConsent(share: string, consented: string, events: string, before: string | undefined): string
  basisBooks: string
  basisDeliveries(accepted: string, dropped: string, rejected: string): string
  basisNoDeliveries: string
  basisReason(reason: string, events: string): string
  basisSilent(source: string, lastDay: string): string
  basisLate(source: string, lastDay: string): string
  basisMissing(days: readonly string[]): string
  basisNet: string
  basisLastYear: string
  basisArithmetic: string
  none: string
}
