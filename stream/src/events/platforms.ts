/** What platforms charge and count, and what the merchant publishes and sells. Totals: no person in them. */
import { z } from 'zod'
import { aggregate, aggregateText, identifier, product, productText } from './annotation.ts'
import { code, count, currency, day, minor, nativeId, shortText } from './values.ts'

const account = { platform: aggregate(code), account_key: aggregate(code.optional()) }

export const platforms = {
  marketplace_fee_charged: z.object({
    fee_id: identifier(nativeId),
    order_id: identifier(nativeId.optional()),
    fee_type: aggregate(z.enum(['commission', 'fulfilment', 'advertising', 'listing', 'other'])),
    currency: aggregate(currency),
    amount_minor: aggregate(minor),
  }),
  ad_spend_recorded: z.object({
    date: aggregate(day),
    ...account,
    campaign_id: aggregate(z.string().max(100).optional()),
    campaign_name: aggregateText(shortText.optional()),
    currency: aggregate(currency),
    cost_minor: aggregate(minor),
    impressions: aggregate(count.default(0)),
    clicks: aggregate(count.default(0)),
  }),
  social_metrics_recorded: z.object({
    date: aggregate(day),
    ...account,
    content_id: aggregate(z.string().max(100).optional()),
    reach: aggregate(count.default(0)),
    views: aggregate(count.default(0)),
    engagements: aggregate(count.default(0)),
    followers_delta: aggregate(z.int().default(0)),
    clicks: aggregate(count.default(0)),
  }),
  channel_metrics_recorded: z.object({
    date: aggregate(day),
    ...account,
    sku: aggregate(z.string().max(100).optional()),
    units: aggregate(count.default(0)),
    orders: aggregate(count.default(0)),
    sessions: aggregate(count.default(0)),
    currency: aggregate(currency.optional()),
    revenue_minor: aggregate(minor.default(0)),
  }),
  product_recorded: z.object({
    sku: productText(z.string().min(1).max(100)),
    name: productText(shortText.optional()),
    category: productText(shortText.optional()),
    currency: product(currency.optional()),
    cost_minor: product(minor.optional()),
  }),
  content_published: z.object({
    ...account,
    content_id: aggregate(z.string().min(1).max(100)),
    format: aggregate(code.optional()),
    title: aggregateText(shortText.optional()),
  }),
}
