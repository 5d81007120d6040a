/** The closed lists that a query chooses from. All amounts are without tax. */

interface Metric {
  readonly unit: 'money' | 'count' | 'ratio'
  /** Columns of the rollup that are summed. */
  readonly sums: readonly string[]
  /** Says the metric in terms of the sums. */
  readonly sql: string
  /** Whether the rollup by product has it too. */
  readonly perProduct: boolean
}

const money = (column: string, perProduct: boolean): Metric => ({ unit: 'money', sums: [column], sql: column, perProduct })
const count = (column: string, perProduct: boolean): Metric => ({ unit: 'count', sums: [column], sql: column, perProduct })

const metrics = {
  /** What the orders placed add up to: goods and shipping, less discounts. */
  revenue_gross: money('revenue_gross_minor', true),
  /** Value of what was cancelled. */
  cancelled: money('cancelled_minor', true),
  /** Value of what was paid back. */
  refunds: money('refunded_minor', true),
  /** Gross, less cancelled, less refunds. */
  revenue_net: {
    unit: 'money',
    sums: ['revenue_gross_minor', 'cancelled_minor', 'refunded_minor'],
    sql: 'revenue_gross_minor - cancelled_minor - refunded_minor',
    perProduct: true,
  },
  tax: money('tax_minor', false),
  /** What marketplaces charged. */
  fees: money('fees_minor', false),
  ad_spend: money('ad_spend_minor', false),
  /** Gross revenue per order, half a minor unit rounded up; null without orders. */
  average_order_value: {
    unit: 'money',
    sums: ['revenue_gross_minor', 'orders'],
    sql: 'if(orders > 0, toInt64(round(toDecimal128(revenue_gross_minor, 1) / orders)), null)',
    perProduct: false,
  },

  orders: count('orders', false),
  cancellations: count('cancellations', false),
  refund_count: count('refunds', false),
  units: count('units', true),
  units_cancelled: count('units_cancelled', true),
  units_refunded: count('units_refunded', true),
  /** Parcels that came back, paid back or not. */
  units_returned: count('units_returned', false),
  /** Refunds as a fraction of gross revenue; null without revenue. */
  return_rate: {
    unit: 'ratio',
    sums: ['revenue_gross_minor', 'refunded_minor'],
    sql: 'if(revenue_gross_minor > 0, round(refunded_minor / revenue_gross_minor, 4), null)',
    perProduct: true,
  },

  /** People whom posts reached, as the platform counts them; somebody reached on two days counts twice. */
  reach: count('reach', false),
  /** Clicks on posts and advertisements, as the platform counts them. */
  clicks: count('clicks', false),

  events: count('events', false),
  /** Events with consent for web analytics. */
  events_consented: count('events_consented', false),
  /** Consented events as a fraction of all; null without events. */
  consent_share: {
    unit: 'ratio',
    sums: ['events', 'events_consented'],
    sql: 'if(events > 0, round(events_consented / events, 4), null)',
    perProduct: false,
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metrics
export const metricNames = Object.keys(metrics) as MetricName[]
export const metric = (name: MetricName): Metric => metrics[name]

/** Dimensions and their columns in the rollups. Countries are ISO 3166-1 alpha-2, a product is its sku ('' holds shipping). */
export const dimensions = {
  channel: 'channel',
  channel_instance: 'channel_instance',
  country: 'country',
  currency: 'currency',
  product: 'sku',
  category: 'category',
} as const

export type DimensionName = keyof typeof dimensions
export const dimensionNames = Object.keys(dimensions) as DimensionName[]
export const isProductDimension = (name: DimensionName): boolean => name === 'product' || name === 'category'
export const isPlaceDimension = (name: DimensionName): boolean => name === 'channel' || name === 'channel_instance' || name === 'country'

/** What is said of a dimension's value beside it: the latest name of a product, which may be renamed. */
export const attributes = {
  product_name: { of: 'product', sql: "argMaxIf(name, (last_day, name), name != '')" },
} as const satisfies Record<string, { of: DimensionName; sql: string }>

export type AttributeName = keyof typeof attributes
export const attributeNames = Object.keys(attributes) as AttributeName[]
