/** The life of an order as its source reports it: the shop in the words of Segment, the marketplaces as CloudEvents. */
import { type Day, instantAt } from './calendar.ts'
import { cloudEvent, type Message, type Said, segmentCall } from './message.ts'
import { type ComingBack, type Line, netOf, type Order, taxOf, valueOf } from './orders.ts'
import { visitContext } from './visit-messages.ts'

const major = (minor: number) => Number((minor / 100).toFixed(2))

export const placed = (order: Order): Message => report(order, said(order, 'placed', order.atMs), 'order_placed', order)

export const cancelled = (order: Order, day: Day): Message =>
  report(order, said(order, 'cancelled', instantAt(day, 555)), 'order_cancelled', { ...order, more: { reason: 'customer_request' } })

/** The parcel in the morning, the money at noon. */
export function cameBack(order: Order, { line }: ComingBack, day: Day): Message[] {
  const { sku, name } = line.product
  const reason = order.lines.length % 2 === 0 ? 'not_as_expected' : 'defective'
  const received = { order_id: order.id, return_id: `${order.id}-${sku}`, items: [{ sku, name, quantity: line.quantity }], reason }
  return [
    cloudEvent(said(order, `returned-${sku}`, instantAt(day, 580)), 'return_received', { ...received, context: { country: order.country } }),
    report(order, said(order, `refunded-${sku}`, instantAt(day, 725)), 'refund_issued', {
      lines: [line],
      shippingMinor: 0,
      more: { refund_id: `${order.id}-${sku}`, reason },
    }),
  ]
}

const said = (order: Order, what: string, atMs: number): Said => ({ instance: order.seller.instance, id: `${order.id}-${what}`, atMs })

type ReportType = 'order_placed' | 'order_cancelled' | 'refund_issued'
interface Amounts {
  readonly lines: readonly Line[]
  readonly shippingMinor: number
  readonly more?: Readonly<Record<string, string>>
}

const report = (order: Order, said: Said, type: ReportType, amounts: Amounts): Message =>
  order.customer ? shopReport(order, said, type, amounts) : marketplaceReport(order, said, type, amounts)

const segmentNames: Readonly<Record<ReportType, string>> = {
  order_placed: 'Order Completed',
  order_cancelled: 'Order Cancelled',
  refund_issued: 'Order Refunded',
}

function shopReport({ id, customer, country }: Order, said: Said, type: ReportType, { lines, shippingMinor, more }: Amounts): Message {
  const tax = taxOf(lines, shippingMinor, country)
  return segmentCall(said, {
    type: 'track',
    event: segmentNames[type],
    userId: customer?.id,
    // The shop's server cancels and pays back: no device is there, but it passes on what its customer chose. Without that it would
    // depend on which event is read first whether a refund counts as consented.
    ...(type === 'order_placed' && customer
      ? { anonymousId: customer.device, context: visitContext(customer, id) }
      : { context: { consent: { categoryPreferences: customer?.choices } } }),
    properties: {
      order_id: id,
      currency: 'EUR',
      total: major(netOf({ lines, shippingMinor }) + tax),
      tax: major(tax),
      shipping: major(shippingMinor),
      shipping_address: { country },
      products: lines.map(({ product, quantity, priceMinor }) => ({
        sku: product.sku,
        name: product.name,
        category: product.category,
        quantity,
        price: major(priceMinor),
      })),
      ...more,
    },
    ...(type === 'order_placed' && { traits: { email: customer?.email, name: customer?.name } }),
  })
}

const marketplaceReport = ({ id, country }: Order, said: Said, type: ReportType, { lines, shippingMinor, more }: Amounts): Message =>
  cloudEvent(said, type, {
    order_id: id,
    currency: 'EUR',
    total_net_minor: netOf({ lines, shippingMinor }),
    tax_minor: taxOf(lines, shippingMinor, country),
    shipping_minor: shippingMinor,
    items: lines.map((line) => ({
      sku: line.product.sku,
      name: line.product.name,
      category: line.product.category,
      quantity: line.quantity,
      line_net_minor: valueOf(line),
    })),
    // All that a marketplace tells of its buyer.
    ...(type === 'order_placed' && { identifiers: [{ kind: 'marketplace_buyer', value: `buyer-${id}` }] }),
    context: { country },
    ...more,
  })
