import type { TrendChart } from '@kanalblick/reports/charts'
import { metric } from '@kanalblick/reports/metrics'
import type { Answer } from '../api.ts'
import { ChartFigure } from '../chart/figure.tsx'
import type { Unit } from '../formatting.ts'
import { usePageState, useSpeech } from '../page.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { DownloadCsv } from '../parts/download-csv.tsx'
import { type Grain, grainOf, type Period, periodFrom, startsOf } from '../period.ts'
import { isKnown, type TileMetric, trendQuestion } from '../questions.ts'
import { type Selection, useAnswer } from './selection.ts'

interface Point {
  readonly start: string
  readonly value: number | null
  readonly before: number | null
  /** Whether the period shown covers the day, week or month, and it is over. */
  readonly complete: boolean
}

export function Trend({ selection }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const [, change] = usePageState()
  const { state, period, compared, today } = selection
  const grain = grainOf(period)
  const question = trendQuestion(selection, period, grain)
  const now = useAnswer(question)
  // Months have no weekdays in common: over more than a year there is nothing to lay one upon the other.
  const comparable = compared && grain !== 'month' ? compared : undefined
  const before = useAnswer(comparable && trendQuestion(selection, comparable.before, grain))
  for (const { error } of [now, before]) if (error) throw error
  const name = (isKnown(state.metric, state) && state.metric in words.metrics ? state.metric : 'revenue_net') as TileMetric
  const { unit } = metric(name)
  const points = pointsOf({ selection, grain, name, now: now.data, before: comparable && before.data })
  const currency = selection.currency ?? ''
  const at = (start: string) => (grain === 'day' ? format.day(start) : grain === 'week' ? words.weekOf(format.day(start)) : format.month(start))
  const choose = (index: number) => {
    const point = points[index]
    if (point && grain !== 'day') change({ days: clipped(periodFrom(point.start, grain), today) })
    else if (point) change({ days: { from: point.start, to: point.start } })
  }
  return (
    <section aria-labelledby="trend">
      <h2 id="trend">{words.trend(words.metrics[name].name)}</h2>
      {points.every(({ value }) => value === null) ? (
        <p>{now.isPending ? words.loading : words.trendEmpty}</p>
      ) : (
        <ChartFigure
          chart={chartOf(points, { grain, unit, currency, words, format })}
          summary={summaryOf(points, { at, words, text: (value) => format.value(value, unit, currency) })}
          choose={choose}
          table={
            <DataTable
              caption={words.trend(words.metrics[name].name)}
              rows={points}
              shown={60}
              keyOf={({ start }) => start}
              columns={[
                { id: 'start', title: words.periodColumn, cell: ({ start, complete }) => (complete ? at(start) : `${at(start)} (${words.notWhole})`) },
                { id: 'value', title: words.current, cell: ({ value }) => format.value(value, unit, currency), order: ({ value }) => value ?? 0 },
                ...(comparable
                  ? [
                      {
                        id: 'before',
                        title: words.before,
                        cell: (point: Point) => format.value(point.before, unit, currency),
                        order: (point: Point) => point.before ?? 0,
                      },
                    ]
                  : []),
              ]}
              choice={{ choose: (point) => choose(points.indexOf(point)), isChosen: () => false, label: ({ start }) => words.filterBy(at(start)) }}
            />
          }
        />
      )}
      <p className="note">
        {words.pick} <DownloadCsv name={words.metrics[name].name} question={question} />
      </p>
    </section>
  )
}

const clipped = ({ from, to }: Period, today: string): Period => ({ from, to: to < today ? to : today })

interface PointsContext {
  readonly selection: Selection
  readonly grain: Grain
  readonly name: TileMetric
  readonly now: Answer | undefined
  readonly before: Answer | undefined
}

/** Where nothing happened, sums are zero; a share of nothing, and what lies outside the data, is a gap. */
function pointsOf({ selection: { period, compared, extent, today }, grain, name, now, before }: PointsContext): Point[] {
  const { unit } = metric(name)
  const isSum = unit === 'count' || (unit === 'money' && name !== 'average_order_value')
  const valueIn = (answer: Answer | undefined, start: string | undefined): number | null => {
    if (!answer || start === undefined || !extent || periodFrom(start, grain).to < extent.from || start > today) return null
    const value = answer.rows.find((row) => row['period'] === start)?.[name]
    return typeof value === 'number' ? value : isSum ? 0 : null
  }
  const earlier = compared ? startsOf(compared.before, grain) : []
  return startsOf(period, grain).map((start, index) => ({
    start,
    value: valueIn(now, start),
    before: valueIn(before, earlier[index]),
    complete: start >= period.from && periodFrom(start, grain).to <= period.to && periodFrom(start, grain).to < today,
  }))
}

interface Look {
  readonly grain: Grain
  readonly unit: Unit
  readonly currency: string
  readonly words: ReturnType<typeof useSpeech>['words']
  readonly format: ReturnType<typeof useSpeech>['format']
}

function chartOf(points: readonly Point[], { grain, unit, currency, words, format }: Look): TrendChart {
  return {
    kind: 'trend',
    labels: points.map(({ start }) => (grain === 'month' ? format.month(start) : format.dayShort(start))),
    series: [
      { name: words.current, values: points.map(({ value }) => value) },
      ...(points.some(({ before }) => before !== null) ? [{ name: words.before, values: points.map(({ before }) => before) }] : []),
    ],
    lastIsPartial: points.length > 1 && points.at(-1)?.complete === false,
    axisText: (value) => format.short(value, unit, currency),
  }
}

interface Summing {
  readonly at: (start: string) => string
  readonly text: (value: number) => string
  readonly words: Look['words']
}

function summaryOf(points: readonly Point[], { at, text, words }: Summing): string {
  const whole = points.some(({ complete, value }) => complete && value !== null) ? points.filter(({ complete }) => complete) : points
  const known = whole.flatMap(({ start, value }) => (value === null ? [] : [{ start, value }]))
  const [first] = known
  if (!first) return words.trendEmpty
  const highest = known.reduce((best, point) => (point.value > best.value ? point : best), first)
  const lowest = known.reduce((worst, point) => (point.value < worst.value ? point : worst), first)
  return words.trendSummary({ highest: text(highest.value), highestAt: at(highest.start), lowest: text(lowest.value), lowestAt: at(lowest.start) })
}
