/** Rows of two answers side by side: what there was in the period, and in the one it is compared with. */
import { type MetricName, metric, metricNames } from '@kanalblick/reports/metrics'
import type { Answer, Cell, Row } from '../api.ts'

export interface Pair {
  readonly key: string
  readonly now: Row
  readonly before: Row | undefined
}

/** What was there in only one of them counts as nothing in the other: its sums are zero, its shares not known. */
export function pairsBy(dimension: string, now: Answer | undefined, before: Answer | undefined): Pair[] {
  const keyOf = (row: Row) => String(row[dimension])
  const earlier = new Map((before?.rows ?? []).map((row) => [keyOf(row), row]))
  const current = new Set((now?.rows ?? []).map(keyOf))
  const gone = [...earlier].filter(([key]) => !current.has(key))
  return [
    ...(now?.rows ?? []).map((row) => ({ key: keyOf(row), now: row, before: before && (earlier.get(keyOf(row)) ?? zeroed(row)) })),
    ...gone.map(([key, row]) => ({ key, now: zeroed(row), before: row })),
  ]
}

const zeroed = (row: Row): Row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, nothingOf(name, value)]))

function nothingOf(name: string, value: Cell): Cell {
  if (typeof value !== 'number') return value
  return metricNames.includes(name as MetricName) && metric(name as MetricName).unit === 'ratio' ? null : 0
}

export const numberIn = (row: Row | undefined, name: string): number => (typeof row?.[name] === 'number' ? row[name] : 0)
