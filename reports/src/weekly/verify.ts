/** Whether a report agrees with itself. Its answers come one after another: data that arrive between two of them must not go out as a report. */
import { daysOfYear, type WeeklyFacts } from './facts.ts'
import type { SectionComparison, WeeklyReport } from './model.ts'
import { shiftWeek } from './week.ts'

/** @returns what does not add up, in words for the log; nothing of it names a product or a person */
export function contradictions(facts: WeeklyFacts, report: WeeklyReport): string[] {
  return [...slicesAgainstTotals(facts), ...partsAgainstChanges(report)]
}

/** Channels and countries are complete: their sums are the total of the week, asked for separately. */
function slicesAgainstTotals({ week, weeks, slices }: WeeklyFacts): string[] {
  const compared = [week, shiftWeek(week, -7), shiftWeek(week, -daysOfYear)].map(({ from }) => from)
  const currencies = [...new Set([...weeks, ...slices].map(({ currency }) => currency))]
  return (['channel_instance', 'country'] as const).flatMap((dimension) =>
    compared.flatMap((from) =>
      currencies.flatMap((currency) => {
        const of = <Row extends { from: string; currency: string }>(rows: readonly Row[]) =>
          rows.filter((row) => row.from === from && row.currency === currency)
        const total = sum(of(weeks).map(({ revenueNetMinor }) => revenueNetMinor))
        const parts = sum(of(slices.filter((slice) => slice.dimension === dimension)).map(({ revenueNetMinor }) => revenueNetMinor))
        return parts === total
          ? []
          : [`net revenue by ${dimension} in the week from ${from} (${currency}) differs from its total by ${parts - total} minor units`]
      }),
    ),
  )
}

function partsAgainstChanges({ sections }: WeeklyReport): string[] {
  return sections.flatMap(({ currency, comparisons }) =>
    comparisons.flatMap((comparison) =>
      sumsOf(comparison).flatMap(([what, parts]) =>
        parts === comparison.changeMinor ? [] : [`the change by ${what} against ${comparison.name} (${currency}) differs from the whole change`],
      ),
    ),
  )
}

const sumsOf = ({ effects, channels, countries, products }: SectionComparison): [what: string, parts: number][] => [
  ['component', sum(effects.map(({ changeMinor }) => changeMinor))],
  ...Object.entries({ channel: channels, country: countries, product: products }).map(([what, { parts, other }]): [string, number] => [
    what,
    sum([...parts, other].map(({ changeMinor }) => changeMinor)),
  ]),
]

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
