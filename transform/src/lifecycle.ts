/**
 * What each type of event means in numbers: which amount counts, which lines it has, which day it belongs to.
 * The table names what is kept of `data`; what it does not name ends here.
 */
import type { ConsentedEvent, DataOf, EventType, IdentifierField } from '@kanalblick/stream'

type Data<Type extends EventType> = Omit<DataOf<Type>, IdentifierField>

export interface Lifecycle<Type extends EventType = EventType> {
  /** Stored as this type, when not as its own. */
  readonly storedAs?: EventType
  /** When it counts, when not at the event's own `time`. */
  time?(data: Data<Type>): string
  /** The day it counts for, when its source says so. */
  day?(data: Data<Type>): string
  amounts?(data: Data<Type>): Amounts
  lines?(data: Data<Type>): Line[]
  metrics?(data: Data<Type>): Record<string, number>
  /** What the source calls the campaign that the numbers are of. */
  campaign?(data: Data<Type>): { readonly source: string; readonly name: string }
}

/** Minor units of `currency`, positive as their source states them; the type says what they mean. */
export interface Amounts {
  readonly currency: string | undefined
  readonly amount: number
  readonly tax: number
  readonly shipping: number
  readonly discount: number
}

export interface Line {
  readonly sku: string
  readonly name: string
  readonly category: string
  readonly units: number
  /** What the line adds to the event's amount, in minor units. */
  readonly net: number
}

interface Totals {
  readonly currency: string
  readonly total_net_minor: number
  readonly tax_minor: number
  readonly shipping_minor: number
  readonly discount_minor: number
}
interface SourceLine {
  readonly sku: string
  readonly name?: string | undefined
  readonly category?: string | undefined
  readonly quantity?: number | undefined
  readonly line_net_minor?: number | undefined
}

const totals = (data: Totals): Amounts => ({
  currency: data.currency,
  amount: data.total_net_minor,
  tax: data.tax_minor,
  shipping: data.shipping_minor,
  discount: data.discount_minor,
})
const single = (currency: string | undefined, amount = 0): Amounts => ({ currency, amount, tax: 0, shipping: 0, discount: 0 })

const line = (item: SourceLine, units: number, net: number): Line => ({ sku: item.sku, name: item.name ?? '', category: item.category ?? '', units, net })
const sold = (items: readonly SourceLine[] = []) => items.map((item) => line(item, item.quantity ?? 0, item.line_net_minor ?? 0))
const moved = (items: readonly SourceLine[] = []) => items.map((item) => line(item, item.quantity ?? 0, 0))
const viewed = (items: readonly SourceLine[]) => items.map((item) => line(item, 0, 0))
const carted = ({ item }: { item: SourceLine }) => [line(item, item.quantity ?? 1, 0)]

const order = { amounts: totals, lines: (data: { items: readonly SourceLine[] }) => sold(data.items) }
const takenBack = { amounts: totals, lines: (data: { items?: readonly SourceLine[] | undefined }) => sold(data.items) }
const platform = (data: { platform: string }) => ({ source: data.platform, name: '' })

const lifecycle: { readonly [Type in EventType]: Lifecycle<Type> } = {
  page_viewed: {},
  product_viewed: { lines: (data) => viewed([data.item]) },
  product_list_viewed: { lines: (data) => viewed(data.items) },
  search_performed: { metrics: ({ results_count }) => (results_count === undefined ? {} : { results_count }) },
  cart_item_added: { lines: carted },
  cart_item_removed: { lines: carted },
  // Many trackers state a cart's value without its currency: it cannot be added to anything.
  checkout_started: {
    amounts: (data) => single(data.currency, data.currency === undefined ? 0 : data.value_minor),
    lines: (data) => (data.currency === undefined || data.value_minor === undefined ? moved(data.items) : sold(data.items)),
  },
  checkout_step_completed: { metrics: ({ step }) => ({ step }) },

  order_placed: order,
  // The restated order takes the place of the one placed: same id, higher version, same day.
  order_updated: { ...order, storedAs: 'order_placed', time: (data) => data.placed_at },
  order_paid: { amounts: (data) => single(data.currency, data.amount_minor) },
  order_cancelled: takenBack,
  order_shipped: { lines: (data) => moved(data.items) },
  refund_issued: takenBack,
  return_received: { lines: (data) => moved(data.items) },

  marketplace_fee_charged: {
    amounts: (data) => single(data.currency, data.amount_minor),
    metrics: (data) => ({ [data.fee_type]: 1 }),
  },
  ad_spend_recorded: {
    day: (data) => data.date,
    amounts: (data) => single(data.currency, data.cost_minor),
    metrics: ({ impressions, clicks }) => ({ impressions, clicks }),
    campaign: (data) => ({ source: data.platform, name: data.campaign_name ?? data.campaign_id ?? '' }),
  },
  social_metrics_recorded: {
    day: (data) => data.date,
    metrics: ({ reach, views, engagements, followers_delta, clicks }) => ({ reach, views, engagements, followers_delta, clicks }),
    campaign: platform,
  },
  channel_metrics_recorded: {
    day: (data) => data.date,
    amounts: (data) => single(data.currency, data.revenue_minor),
    lines: (data) => (data.sku === undefined ? [] : [line({ sku: data.sku }, data.units, data.revenue_minor)]),
    metrics: ({ units, orders, sessions }) => ({ units, orders, sessions }),
    campaign: platform,
  },
  product_recorded: {
    amounts: (data) => single(data.currency, data.cost_minor),
    lines: (data) => [line(data, 0, data.cost_minor ?? 0)],
  },
  content_published: { campaign: platform },

  newsletter_status_changed: { metrics: (data) => ({ [data.status]: 1 }) },
  consent_recorded: { metrics: (data) => Object.fromEntries(Object.entries(data.purposes).map(([purpose, granted]) => [purpose, granted ? 1 : 0])) },
  erasure_requested: {},
}

/** The event's entry. Its type must be in the catalogue. */
export const lifecycleOf = (event: ConsentedEvent): Lifecycle => lifecycle[event.type]
