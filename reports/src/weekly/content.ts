/** The report as a document in a language: headings, figures, tables, charts. Page, mail and Markdown only set it differently. */
import { channelName } from '../channel-name.ts'
import type { Chart, ContributionChart } from '../charts/chart.ts'
import { reasonName } from '../reasons.ts'
import type { Decomposition } from './decompose.ts'
import type { Language } from './languages/messages.ts'
import { type Wording, wording } from './languages/wording.ts'
import type { ComparisonPeriod, Measure, Section, SectionComparison, WeeklyReport } from './model.ts'
import { missingComparisons, nameOf, relativeChange, sentences } from './sentences.ts'

export interface Document {
  readonly language: Language
  readonly title: string
  readonly blocks: readonly Block[]
}

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'note' | 'lead'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'figures'; readonly figures: readonly Figure[] }
  | { readonly kind: 'chart'; readonly chart: Chart; readonly summary: string; readonly table: DataTable; readonly asTable: string }

export interface Figure {
  readonly label: string
  readonly value: string
  readonly comparisons: readonly { readonly label: string; readonly text: string }[]
}

/** The first column names, the others hold numbers. */
export interface DataTable {
  readonly columns: readonly string[]
  readonly rows: readonly { readonly cells: readonly string[]; readonly value: number | null; readonly total?: boolean }[]
}

export function documentOf(report: WeeklyReport, language: Language): Document {
  const words = wording(language)
  const { say } = words
  const title = say.title(words.week(report.week))
  const several = report.sections.length > 1
  return {
    language,
    title,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      { kind: 'note', text: header(report, words) },
      ...(report.firstDay === null ? [lead(say.noData)] : report.sections.length === 0 ? [say.noSales, ...missingComparisons(report, words)].map(lead) : []),
      ...report.sections.flatMap((section) => [
        ...(several ? [{ kind: 'heading', level: 2, text: say.sectionTitle(section.currency) } as const] : []),
        ...sectionBlocks(report, section, words),
      ]),
      ...basisBlocks(report, words),
    ],
  }
}

const lead = (text: string): Block => ({ kind: 'lead', text })

function header({ week, comparisons }: WeeklyReport, { say, ...words }: Wording): string {
  const available = comparisons
    .filter(({ status }) => status === 'available')
    .map((comparison: ComparisonPeriod) => say.against(comparison.name, words.week(comparison.week)))
  return [`${say.period(words.week(week), words.days(week))}.`, ...(available.length > 0 ? [say.comparedTo(available)] : [])].join(' ')
}

function sectionBlocks(report: WeeklyReport, section: Section, words: Wording): Block[] {
  return [
    ...sentences(report, section, words).map(lead),
    { kind: 'figures', figures: section.measures.map((measure) => figure(measure, section, words)) },
    { kind: 'heading', level: 2, text: words.say.trendTitle },
    trendBlock(section, words),
    ...section.comparisons.flatMap((comparison) => comparisonBlocks(comparison, section.currency, words)),
  ]
}

function figure({ name, unit, current, ...before }: Measure, { comparisons, currency }: Section, { say, ...words }: Wording): Figure {
  const text = (value: number) => (unit === 'money' ? words.money(value, currency) : words.count(value))
  const signed = (value: number) => (unit === 'money' ? words.signedMoney(value, currency) : words.signedCount(value))
  const compared = comparisons.map((comparison) => {
    const label = say.sinceComparison[comparison.name]
    const value = comparison.name === 'previous' ? before.previous : before.lastYear
    if (value === null || current === null) return { label, text: say.noValue }
    const change = relativeChange(current, value)
    const amount = current === value ? say.unchangedValue : signed(current - value)
    return { label, text: `${amount}${change === null || change === 0 ? '' : ` (${words.signedPercent(change)})`}` }
  })
  return { label: say.measure[name], value: current === null ? say.noValue : text(current), comparisons: compared }
}

function trendBlock({ trend, currency }: Section, words: Wording): Block {
  const { say } = words
  const money = (minor: number | null) => (minor === null ? '–' : words.money(minor, currency))
  const known = trend.flatMap(({ week, revenueNetMinor }) => (revenueNetMinor === null ? [] : [{ week, minor: revenueNetMinor }])) as [
    WeekValue,
    ...WeekValue[],
  ]
  const highest = known.reduce((best, point) => (point.minor > best.minor ? point : best))
  const lowest = known.reduce((worst, point) => (point.minor < worst.minor ? point : worst))
  const withLastYear = trend.some(({ lastYearMinor }) => lastYearMinor !== null)
  return {
    kind: 'chart',
    chart: {
      kind: 'trend',
      labels: trend.map(({ week }) => words.weekShort(week)),
      series: [
        { name: say.thisYear, values: trend.map(({ revenueNetMinor }) => revenueNetMinor) },
        ...(withLastYear ? [{ name: say.yearBefore, values: trend.map(({ lastYearMinor }) => lastYearMinor) }] : []),
      ],
      axisText: (minor) => words.roundMoney(Math.round(minor), currency),
    },
    summary: say.trendSummary({
      highest: money(highest.minor),
      highestWeek: words.week(highest.week),
      lowest: money(lowest.minor),
      lowestWeek: words.week(lowest.week),
      current: money(trend.at(-1)?.revenueNetMinor ?? null),
    }),
    table: {
      columns: [say.weekColumn, say.measure.orders, ...(withLastYear ? [say.yearBefore] : []), say.measure.revenue_net],
      rows: trend.map(({ week, revenueNetMinor, orders, lastYearMinor }) => ({
        cells: [words.week(week), orders === null ? '–' : words.count(orders), ...(withLastYear ? [money(lastYearMinor)] : []), money(revenueNetMinor)],
        value: revenueNetMinor,
      })),
    },
    asTable: say.asTable,
  }
}

interface WeekValue {
  readonly week: Section['trend'][number]['week']
  readonly minor: number
}

function comparisonBlocks(comparison: SectionComparison, currency: string, words: Wording): Block[] {
  const { say } = words
  const against = say.against(comparison.name, words.week(comparison.week))
  const part = (dimension: 'channels' | 'countries' | 'products'): Block[] => [
    { kind: 'heading', level: 3, text: say.dimension[dimension] },
    { kind: 'note', text: say.dimensionNote[dimension] },
    contributions(comparison[dimension], { dimension, currency, column: say.comparison[comparison.name], words }),
  ]
  return [
    { kind: 'heading', level: 2, text: say.changeTitle(against, words.signedMoney(comparison.changeMinor, currency)) },
    { kind: 'heading', level: 3, text: say.dimension.effects },
    { kind: 'note', text: say.dimensionNote.effects },
    effectsBlock(comparison, currency, words),
    // One channel or country carries everything: nothing to take apart.
    ...(comparison.channels.parts.length > 1 ? part('channels') : []),
    ...(comparison.countries.parts.length > 1 ? part('countries') : []),
    ...(comparison.products.parts.length > 0 ? part('products') : []),
  ]
}

function effectsBlock({ effects, changeMinor }: SectionComparison, currency: string, words: Wording): Block {
  const { say } = words
  const bars = effects.map((effect) => ({
    label: nameOf({ dimension: 'effect', key: effect.key }, words),
    value: effect.changeMinor,
    text: words.signedMoney(effect.changeMinor, currency),
  }))
  const total = { cells: [say.totalChange, words.signedMoney(changeMinor, currency)], value: null, total: true }
  return {
    kind: 'chart',
    chart: { kind: 'contributions', bars },
    summary: summaryOf(bars, undefined, words),
    table: { columns: ['', say.changeColumn], rows: [...bars.map(({ label, value, text }) => ({ cells: [label, text], value })), total] },
    asTable: say.asTable,
  }
}

interface ContributionContext {
  readonly dimension: 'channels' | 'countries' | 'products'
  readonly currency: string
  /** What the values before are called. */
  readonly column: string
  readonly words: Wording
}

const singular = { channels: 'channel', countries: 'country', products: 'product' } as const

function contributions({ parts, other, changeMinor }: Decomposition, { dimension, currency, column, words }: ContributionContext): Block {
  const { say, money, signedMoney } = words
  const bars = parts.map((part) => ({
    label: nameOf({ ...part, dimension: singular[dimension] }, words),
    value: part.changeMinor,
    text: signedMoney(part.changeMinor, currency),
  }))
  const row = (label: string, pair: Decomposition['other']) => ({
    cells: [label, money(pair.currentMinor, currency), money(pair.beforeMinor, currency), signedMoney(pair.changeMinor, currency)],
    value: pair.changeMinor,
  })
  const hasOther = other.currentMinor !== 0 || other.beforeMinor !== 0
  const sum = (of: 'currentMinor' | 'beforeMinor') => parts.reduce((total, part) => total + part[of], other[of])
  return {
    kind: 'chart',
    chart: { kind: 'contributions', bars },
    summary: summaryOf(bars, hasOther ? signedMoney(other.changeMinor, currency) : undefined, words),
    table: {
      columns: ['', say.currentColumn, column, say.changeColumn],
      rows: [
        ...parts.map((part, index) => row(bars[index]?.label ?? '', part)),
        ...(hasOther ? [{ ...row(say.other, other), value: null }] : []),
        { ...row(say.totalChange, { currentMinor: sum('currentMinor'), beforeMinor: sum('beforeMinor'), changeMinor }), value: null, total: true },
      ],
    },
    asTable: say.asTable,
  }
}

function summaryOf(bars: ContributionChart['bars'], other: string | undefined, { say }: Wording): string {
  const named = (bar: ContributionChart['bars'][number] | undefined) => bar && `${bar.label} ${bar.text}`
  const sorted = bars.toSorted((a, b) => b.value - a.value)
  return say.contributionSummary({ rise: named(sorted.find(({ value }) => value > 0)), fall: named(sorted.findLast(({ value }) => value < 0)), other })
}

function basisBlocks({ basis, comparisons, firstDay }: WeeklyReport, { say, ...words }: Wording): Block[] {
  if (firstDay === null) return []
  const { events, eventsConsented, consentShare, consentSharePrevious, sources, silentSources, lateSources, missingDays, deliveries } = basis
  const counted = (counts: readonly { reason: string; events: number }[]) =>
    counts.length === 0 ? say.none : counts.map((count) => say.basisReason(reasonName(count.reason, words.language), words.count(count.events))).join(', ')
  const before = consentSharePrevious === null ? undefined : words.percent(consentSharePrevious)
  return [
    { kind: 'heading', level: 2, text: say.basisTitle },
    {
      kind: 'list',
      items: [
        ...(events > 0
          ? [
              say.basisEvents(
                words.count(events),
                sources.map((source) => `${channelName(source.channelInstance)} (${words.count(source.events)})`),
              ),
            ]
          : [say.noEvents]),
        ...silentSources.map(({ channelInstance, lastDay }) => say.basisSilent(channelName(channelInstance), words.day(lastDay))),
        ...lateSources.map(({ channelInstance, lastDay }) => say.basisLate(channelName(channelInstance), words.day(lastDay))),
        ...(missingDays.length > 0 ? [say.basisMissing(missingDays.map(words.day))] : []),
        deliveries.accepted > 0
          ? say.basisDeliveries(words.count(deliveries.accepted), counted(deliveries.dropped), counted(deliveries.rejected))
          : say.basisNoDeliveries,
        ...(consentShare === null
          ? []
          : [say.basisConsent(words.percent(consentShare), words.count(eventsConsented), words.count(events), before), say.basisBooks]),
        say.basisNet,
        ...(comparisons.some(({ name, status }) => name === 'last_year' && status === 'available') ? [say.basisLastYear] : []),
        say.basisArithmetic,
      ],
    },
  ]
}
