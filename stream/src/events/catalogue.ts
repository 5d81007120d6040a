/** The event catalogue: every event that exists. What is not in here is rejected. */
import type { z } from 'zod'
import type { PurposeId } from '../purposes.ts'
import { orders } from './orders.ts'
import { platforms } from './platforms.ts'
import { subjects } from './subjects.ts'
import { web } from './web.ts'

const schemas = { ...web, ...orders, ...platforms, ...subjects }

export type EventType = keyof typeof schemas
export type DataOf<Type extends EventType> = z.infer<(typeof schemas)[Type]>

export interface CatalogueEntry<Type extends EventType = EventType> {
  readonly data: (typeof schemas)[Type]
  /** Not allowed for the subject: the whole event is dropped. */
  readonly purpose: PurposeId
  /**
   * Fields whose values make the event the same event however often and from wherever within the channel instance it is sent;
   * `kind` separates the namespaces. Without it, the source's own event id does.
   */
  readonly identity?: { readonly kind: string; readonly fields: readonly string[] }
  /** Platform totals and product data: no subject may be attached. */
  readonly aggregate?: true
}

const forPurpose = <Types extends Record<string, z.ZodType>>(types: Types, purpose: PurposeId) =>
  Object.fromEntries(Object.entries(types).map(([type, data]) => [type, { data, purpose }])) as {
    [Type in keyof Types]: { data: Types[Type]; purpose: PurposeId }
  }

const order = forPurpose(orders, 'order_statistics')
const platform = forPurpose(platforms, 'order_statistics')
const subject = forPurpose(subjects, 'consent_mgmt')

export const catalogue: { readonly [Type in EventType]: CatalogueEntry<Type> } = {
  ...forPurpose(web, 'web_analytics'),

  order_placed: { ...order.order_placed, identity: { kind: 'order', fields: ['order_id'] } },
  order_updated: { ...order.order_updated, identity: { kind: 'order', fields: ['order_id'] } },
  order_paid: order.order_paid,
  order_cancelled: { ...order.order_cancelled, identity: { kind: 'cancellation', fields: ['order_id', 'cancellation_id'] } },
  order_shipped: order.order_shipped,
  refund_issued: { ...order.refund_issued, identity: { kind: 'refund', fields: ['order_id', 'refund_id'] } },
  return_received: order.return_received,

  marketplace_fee_charged: { ...platform.marketplace_fee_charged, identity: { kind: 'fee', fields: ['fee_id'] } },
  ad_spend_recorded: {
    ...platform.ad_spend_recorded,
    aggregate: true,
    identity: { kind: 'ad_spend', fields: ['date', 'platform', 'account_key', 'campaign_id'] },
  },
  social_metrics_recorded: {
    ...platform.social_metrics_recorded,
    aggregate: true,
    identity: { kind: 'social', fields: ['date', 'platform', 'account_key', 'content_id'] },
  },
  channel_metrics_recorded: {
    ...platform.channel_metrics_recorded,
    aggregate: true,
    identity: { kind: 'channel', fields: ['date', 'platform', 'account_key', 'sku'] },
  },
  product_recorded: { ...platform.product_recorded, aggregate: true, identity: { kind: 'product', fields: ['sku'] } },
  content_published: { ...platform.content_published, aggregate: true, identity: { kind: 'content', fields: ['platform', 'account_key', 'content_id'] } },

  newsletter_status_changed: { ...subject.newsletter_status_changed, purpose: 'direct_marketing' },
  consent_recorded: subject.consent_recorded,
  erasure_requested: subject.erasure_requested,
}

export const eventTypes = Object.keys(catalogue) as EventType[]
export const isEventType = (type: string): type is EventType => Object.hasOwn(catalogue, type)

/** Fields that end at the consent stage: the category `identifier` of every `data` schema. */
export const identifierFields = [
  'order_id',
  'cart_id',
  'cancellation_id',
  'delivery_id',
  'refund_id',
  'return_id',
  'fee_id',
  'record_id',
  'request_id',
] as const
export type IdentifierField = (typeof identifierFields)[number]
