/** From what the page shows to what it asks: every number on it is an answer of `/v1/query`. Pure. */
import type { QueryRequestInput } from '@kanalblick/reports'
import { type MetricName, metric } from '@kanalblick/reports/metrics'
import { shiftDay } from '@kanalblick/reports/week'
import type { Grain, Period } from './period.ts'
import type { PageState } from './state.ts'

export const tileMetrics = [
  'revenue_net',
  'orders',
  'average_order_value',
  'units',
  'return_rate',
  'fees',
  'ad_spend',
  'consent_share',
] as const satisfies readonly MetricName[]
export type TileMetric = (typeof tileMetrics)[number]

/** Of which a product knows its own. */
export const isKnown = (name: MetricName, { category, product }: Pick<PageState, 'category' | 'product'>): boolean =>
  (category.length === 0 && product.length === 0) || metric(name).perProduct

interface Selection {
  readonly state: PageState
  readonly currency: string | undefined
}

export function totalsQuestion({ state, currency }: Selection, period: Period): QueryRequestInput {
  return { metrics: tileMetrics.filter((name) => isKnown(name, state)), ...selected(state, currency), ...period }
}

export function trendQuestion({ state, currency }: Selection, period: Period, grain: Grain): QueryRequestInput {
  return { metrics: [isKnown(state.metric, state) ? state.metric : 'revenue_net'], grain, ...selected(state, currency), ...period }
}

const channelMetrics: readonly MetricName[] = [
  'revenue_net',
  'orders',
  'return_rate',
  'fees',
  'ad_spend',
  'reach',
  'clicks',
  'consent_share',
  'events',
  'events_consented',
]

export function channelsQuestion({ state, currency }: Selection, period: Period): QueryRequestInput {
  return { metrics: channelMetrics.filter((name) => isKnown(name, state)), by: ['channel', 'channel_instance'], ...selected(state, currency), ...period }
}

/** More products than a table shows, so that those that rose or fell most are among them. */
export const mostProducts = 10_000

export function productsQuestion({ state, currency }: Selection, period: Period): QueryRequestInput {
  return {
    metrics: ['revenue_net', 'units', 'return_rate'],
    by: ['product'],
    attributes: ['product_name'],
    order: [{ by: 'revenue_net', direction: 'desc' }],
    ...selected(state, currency),
    ...period,
  }
}

/** What the products filtered by are called. */
export const namesQuestion = ({ product }: PageState, period: Period): QueryRequestInput => ({
  metrics: ['units'],
  by: ['product'],
  attributes: ['product_name'],
  filters: [{ dimension: 'product', in: product }],
  ...period,
})

/** Countries that can be filtered by. */
export const countriesQuestion = ({ state, currency }: Selection, period: Period): QueryRequestInput => ({
  metrics: ['events'],
  by: ['country'],
  order: [{ by: 'events', direction: 'desc' }],
  ...selected({ ...state, country: [] }, currency),
  ...period,
  limit: 50,
})

/** Categories that can be filtered by. */
export const categoriesQuestion = ({ state, currency }: Selection, period: Period): QueryRequestInput => ({
  metrics: ['units'],
  by: ['category'],
  order: [{ by: 'units', direction: 'desc' }],
  ...selected({ ...state, category: [], product: [] }, currency),
  ...period,
  limit: 200,
})

const watchedDays = 35

/** What each source delivered lately, whatever the page is filtered by. */
export const sourcesQuestion = (today: string): QueryRequestInput => ({
  metrics: ['events'],
  by: ['channel_instance'],
  grain: 'day',
  from: shiftDay(today, -watchedDays),
  to: today,
})

const selected = ({ channel, country, category, product }: PageState, currency: string | undefined) => ({
  filters: [
    ...(channel.length > 0 ? [{ dimension: 'channel_instance' as const, in: channel }] : []),
    ...(country.length > 0 ? [{ dimension: 'country' as const, in: country }] : []),
    ...(category.length > 0 ? [{ dimension: 'category' as const, in: category }] : []),
    ...(product.length > 0 ? [{ dimension: 'product' as const, in: product }] : []),
  ],
  ...(currency === undefined ? {} : { currency }),
})
