/** The life of an order. The merchant's own books: kept without consent, then without a person. */
import { z } from 'zod'
import { commerce, commerceText, identifier } from './annotation.ts'
import { code, currency, instant, item, items, minor, nativeId, orderId } from './values.ts'

/** All amounts in minor units of `currency`; `total_net_minor` is what counts as revenue: goods and shipping, less discounts, without tax. */
const totals = {
  currency: commerce(currency),
  total_net_minor: commerce(minor),
  tax_minor: commerce(minor.default(0)),
  shipping_minor: commerce(minor.default(0)),
  discount_minor: commerce(minor.default(0)),
}

const order = {
  order_id: orderId,
  ...totals,
  items,
  payment_method: commerceText(code.optional()),
  is_guest: commerce(z.boolean().optional()),
}

const movedUnits = commerce(z.array(item.pick({ sku: true, name: true, quantity: true })).max(5000))

export const orders = {
  order_placed: z.object(order),
  /** A restated order: replaces the one placed under the same `order_id`, so it says again when that was. */
  order_updated: z.object({ ...order, placed_at: commerce(instant), revision: commerce(z.int().min(2)) }),
  order_paid: z.object({ order_id: orderId, currency: commerce(currency), amount_minor: commerce(minor), payment_method: commerceText(code.optional()) }),
  /** Totals of what is taken back, positive. A partial cancellation has its own `cancellation_id`. */
  order_cancelled: z.object({
    order_id: orderId,
    cancellation_id: identifier(nativeId.optional()),
    ...totals,
    items: items.optional(),
    reason: commerceText(code.optional()),
    cancelled_by: commerce(z.enum(['customer', 'merchant', 'marketplace', 'system']).optional()),
  }),
  order_shipped: z.object({ order_id: orderId, delivery_id: identifier(nativeId.optional()), items: movedUnits.optional() }),
  /** Totals of what is paid back, positive. */
  refund_issued: z.object({ order_id: orderId, refund_id: identifier(nativeId), ...totals, items: items.optional(), reason: commerceText(code.optional()) }),
  return_received: z.object({
    order_id: orderId,
    return_id: identifier(nativeId.optional()),
    items: movedUnits,
    reason: commerceText(code.optional()),
    condition: commerceText(code.optional()),
  }),
}
