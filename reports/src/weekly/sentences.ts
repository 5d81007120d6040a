/** The three sentences that come first: what happened, what carried it, what to look at; then what could not be compared. Nothing that the model does not hold. */
import { channelName } from '../channel-name.ts'
import type { Carrier } from './carriers.ts'
import type { Wording } from './languages/wording.ts'
import type { ComparisonPeriod, Section, SectionComparison, WeeklyReport } from './model.ts'

export function sentences(report: WeeklyReport, section: Section, wording: Wording): string[] {
  return [happened(report, section, wording), carried(section, wording), lookAt(report, section, wording), ...missingComparisons(report, wording)]
}

function happened({ week }: WeeklyReport, { measures, comparisons, currency }: Section, { say, money, week: name, ...numbers }: Wording): string {
  const current = measures.find((measure) => measure.name === 'revenue_net')?.current ?? 0
  const changes = comparisons.map(({ changeMinor, name: comparison, week: before }) => {
    const change = relativeChange(current, current - changeMinor)
    const percent = change === null ? undefined : numbers.percent(Math.abs(change))
    return say.changed(Math.sign(changeMinor), { amount: money(Math.abs(changeMinor), currency), percent }, say.than(comparison, name(before)))
  })
  return say.happened(name(week), money(current, currency), changes)
}

/** Null where the value before is not above zero: there is no percentage of nothing. */
export const relativeChange = (current: number, before: number): number | null => (before > 0 ? current / before - 1 : null)

/** What cannot be compared, and why. */
export function missingComparisons({ week, comparisons, firstDay }: WeeklyReport, { say, day }: Wording): string[] {
  if (firstDay === null) return []
  return [
    ...(firstDay > week.from ? [say.beganWithinWeek(day(firstDay))] : []),
    ...comparisons.flatMap(({ name, status }) => (status === 'available' ? [] : [say.unavailable(name, status, day(firstDay))])),
  ]
}

function carried({ comparisons, currency }: Section, wording: Wording): string {
  const { say, week } = wording
  const [first] = comparisons
  if (!first) return say.notExplained
  const against = say.against(first.name, week(first.week))
  if (first.carriers.length === 0) return say.unchanged(against)
  return say.carried(
    Math.sign(first.changeMinor),
    against,
    first.carriers.map((carrier) => say.carrier(carrier.dimension, quotedName(carrier, wording), wording.signedMoney(carrier.changeMinor, currency))),
  )
}

export function nameOf({ dimension, key, name }: Pick<Carrier, 'dimension' | 'key' | 'name'>, { say, country }: Wording): string {
  if (dimension === 'effect') return say.effect[key as keyof typeof say.effect]
  if (dimension === 'country') return country(key)
  if (dimension === 'channel') return channelName(key)
  if (dimension === 'product' && key === '') return say.noProduct
  return name ? `${name} (${key})` : key
}

/** In a sentence: the name alone, and marked as one. */
const quotedName = (named: Pick<Carrier, 'dimension' | 'key' | 'name'>, wording: Wording): string =>
  named.dimension === 'product' && named.key !== '' ? wording.say.quoted(named.name || named.key) : nameOf(named, wording)

function lookAt({ comparisons }: WeeklyReport, { attention, currency }: Section, wording: Wording): string {
  const { say, percent } = wording
  const weekOf = (name: SectionComparison['name']) => wording.week((comparisons.find((comparison) => comparison.name === name) as ComparisonPeriod).week)
  switch (attention.kind) {
    case 'silent_sources':
      return say.lookAtSilentSources(attention.channelInstances.map(channelName))
    case 'late_sources':
      return say.lookAtLateSources(attention.channelInstances.map(channelName))
    case 'missing_days':
      return say.lookAtMissingDays(attention.days.map(wording.day))
    case 'losses_rose':
      return say.lookAtLosses(percent(attention.share), percent(attention.shareBefore), say.than(attention.comparison, weekOf(attention.comparison)))
    case 'product_fell': {
      const name = quotedName({ dimension: 'product', key: attention.product, name: attention.name }, wording)
      return say.lookAtProduct(name, wording.signedMoney(attention.changeMinor, currency), say.against(attention.comparison, weekOf(attention.comparison)))
    }
    case 'nothing_fell':
      return say.nothingFell(say.against(attention.comparison, weekOf(attention.comparison)))
    case 'no_comparison':
      return say.lookNextWeek
  }
}
