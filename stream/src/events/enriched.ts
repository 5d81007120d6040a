/** What leaves the transform stage: one flat event, the columns of the warehouse's `events` table. */
import { z } from 'zod'
import { columnsOf } from '../columns.ts'
import { aggregate, campaign, commerce, field, grantedConsents, moment, product, productText, pseudonym, technical } from './annotation.ts'
import { eventTypes } from './catalogue.ts'
import { channel, channelInstance, currency, day, instant, minor } from './values.ts'

export const enrichedEvent = z.object({
  id: technical(z.guid()),
  version: technical(z.int().positive()),
  type: technical(z.enum(eventTypes)),
  /** Calendar day in the merchant's time zone: the day the event counts for. */
  day: technical(day),
  /** Coarsened to the minute; to the day (noon UTC) once its person is erased. */
  time: moment(instant),
  /** Coarsened to the hour once its person is erased: the books are kept by it. */
  received_at: moment(instant),
  channel: technical(channel),
  channel_instance: technical(channelInstance),

  subject_web: pseudonym(z.string().nullable()),
  subject_ads: pseudonym(z.string().nullable()),
  subject_profile: pseudonym(z.string().nullable()),
  session_key: pseudonym(z.string().nullable()),
  order_key: pseudonym(z.string().nullable()),
  granted: grantedConsents(z.array(z.string())),

  /** ISO 3166-1 alpha-2, or '' when unknown. */
  country: field(z.string(), { category: 'location', purpose: 'order_statistics', retention: 'books', erasure: 'keep' }),
  device_class: field(z.string(), { category: 'device', purpose: 'web_analytics', retention: 'behaviour', erasure: 'mask' }),
  /** GA4 default channel group, or '' when the visit's origin is unknown or not consented. */
  channel_group: campaign(z.string()),
  utm_source: campaign(z.string()),
  utm_medium: campaign(z.string()),
  utm_campaign: campaign(z.string()),
  referrer_host: campaign(z.string()),
  url_path: field(z.string(), { category: 'behaviour', purpose: 'web_analytics', retention: 'behaviour', erasure: 'mask' }),

  /** The currency of all amounts below: the merchant's reporting currency, or the event's own when none is configured; '' without amounts. */
  currency: commerce(z.union([currency, z.literal('')])),
  /** Net revenue, refund, cancellation, fee or cost, always as its source states it: positive. The type says what it means. */
  amount_minor: commerce(minor),
  tax_minor: commerce(minor),
  shipping_minor: commerce(minor),
  discount_minor: commerce(minor),
  /** As the source stated it, before conversion. */
  original_currency: commerce(z.string()),
  original_amount_minor: commerce(minor),
  /** Reporting currency per unit of the original; 1 when nothing was converted. */
  exchange_rate: commerce(z.number().positive()),

  /** Order lines; they always add up to `amount_minor`, shipping and rest in a line with sku ''. */
  item_sku: product(z.array(z.string())),
  item_name: productText(z.array(z.string())),
  item_category: productText(z.array(z.string())),
  item_units: product(z.array(z.int())),
  item_net_minor: commerce(z.array(minor)),

  /** Further numbers of platform totals (impressions, clicks, reach ...) and results counts. */
  metrics: aggregate(z.record(z.string(), z.int())),
})
export type EnrichedEvent = z.infer<typeof enrichedEvent>
export const enrichedColumns = columnsOf<EnrichedEvent>(enrichedEvent)
