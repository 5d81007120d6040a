/** What the page shows, as it stands in its address: whoever opens the same address sees the same. */
import { type MetricName, metricNames } from '@kanalblick/reports/metrics'
import { shiftDay } from '@kanalblick/reports/week'
import { z } from 'zod'
import { comparisons, type Period, presetPeriod, presets } from './period.ts'

export const filterNames = ['channel', 'country', 'category', 'product'] as const
export type FilterName = (typeof filterNames)[number]

const values = z.preprocess((value) => (value === undefined ? [] : [value].flat().map(String)), z.array(z.string().max(200)).max(100))

/** What cannot be read falls back, so that no address is an error. */
export const pageState = z.object({
  period: z.enum(presets).default('last_4_weeks').catch('last_4_weeks'),
  /** Of one's own choice: both or none. */
  from: z.iso.date().optional().catch(undefined),
  to: z.iso.date().optional().catch(undefined),
  compare: z.enum(comparisons).default('previous').catch('previous'),
  metric: z.enum(metricNames).default('revenue_net').catch('revenue_net'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional()
    .catch(undefined),
  channel: values.catch([]),
  country: values.catch([]),
  category: values.catch([]),
  product: values.catch([]),
  lang: z.enum(['de', 'en']).optional().catch(undefined),
})
export type PageState = z.output<typeof pageState>

/** What the query API answers at once. */
const mostDays = 3660

/** A period that is too long begins later. */
export function periodOf({ period, from, to }: PageState, today: string): Period {
  if (from === undefined || to === undefined || from > to) return presetPeriod(period, today)
  const earliest = shiftDay(to, 1 - mostDays)
  return { from: from > earliest ? from : earliest, to }
}

export interface Change {
  readonly period?: PageState['period']
  readonly days?: Period
  readonly compare?: PageState['compare']
  readonly metric?: MetricName
  readonly currency?: string
  readonly lang?: 'de' | 'en'
  /** Adds the value to the filter, or takes it out when it is there. */
  readonly toggle?: { readonly filter: FilterName; readonly value: string }
  readonly clearFilters?: boolean
}

export function changed(state: PageState, { toggle, days, clearFilters, ...rest }: Change): PageState {
  const cleared = clearFilters ? { ...state, channel: [], country: [], category: [], product: [] } : state
  const toggled = toggle ? { ...cleared, [toggle.filter]: flipped(cleared[toggle.filter], toggle.value) } : cleared
  return { ...toggled, ...(rest.period ? { from: undefined, to: undefined } : {}), ...days, ...rest }
}

const flipped = (values: readonly string[], value: string) => (values.includes(value) ? values.filter((other) => other !== value) : [...values, value])

/** Repeated names are lists: `?channel=a&channel=b`. What is as without saying is left out. */
export const readAddress = (search: string): Record<string, string | string[]> => {
  const params = new URLSearchParams(search)
  return Object.fromEntries([...new Set(params.keys())].map((name) => [name, params.getAll(name).length > 1 ? params.getAll(name) : (params.get(name) ?? '')]))
}

const unsaid: Readonly<Record<string, unknown>> = { period: 'last_4_weeks', compare: 'previous', metric: 'revenue_net' }

export function writeAddress(state: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(state)) {
    if (value === undefined || value === unsaid[name]) continue
    if (name === 'period' && state['from'] !== undefined) continue
    for (const each of [value].flat()) params.append(name, each as string)
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
