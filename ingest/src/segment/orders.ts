/** Orders of the E-commerce specification, version 2: https://segment.com/docs/connections/spec/ecommerce/v2/ */
import { minorDigitsOf, multiply, roundTo, toDecimal } from '../reading/decimal.ts'
import type { Fields } from '../reading/fields.ts'
import type { Message, SegmentMapping } from './event.ts'

export const orderEvents: readonly (readonly [string, SegmentMapping])[] = [
  ['order completed', { type: 'order_placed', toData: toOrder }],
  ['order updated', { type: 'order_updated', toData: (properties, message) => ({ ...toOrder(properties), ...toRestatement(properties, message) }) }],
  [
    'order cancelled',
    {
      type: 'order_cancelled',
      toData: (properties) => ({
        ...toOrder(properties),
        ...optional({ cancellation_id: properties.id('cancellation_id'), reason: properties.code('reason') }),
      }),
    },
  ],
  [
    'order refunded',
    {
      type: 'refund_issued',
      toData: (properties, { id }) => ({
        ...toOrder(properties),
        // The specification knows no refund id: the message is one refund then.
        refund_id: properties.id('refund_id') ?? id.slice(0, 200),
        ...optional({ reason: properties.code('reason') }),
      }),
    },
  ],
]

function toOrder(properties: Fields): Record<string, unknown> {
  const currency = currencyOf(properties)
  const amount = (name: string) => properties.money(currency, name)
  const [tax, shipping, discount] = [amount('tax') ?? 0, amount('shipping') ?? 0, amount('discount') ?? 0]
  const items = (properties.children('products') ?? []).map((product) => ({ ...toItem(product), ...toLine(product, currency) }))
  // `total` includes tax and shipping, `subtotal` and `revenue` neither; `revenue` is the one that shops fill differently.
  const total = amount('total')
  const goods = amount('subtotal') ?? amount('revenue')
  const ofItems = items.length > 0 ? items.reduce((sum, item) => sum + item.line_net_minor, 0) - discount : undefined
  const net = total !== undefined ? total - tax : goods !== undefined ? goods + shipping : ofItems !== undefined ? ofItems + shipping : undefined
  return {
    order_id: properties.need(properties.id('order_id'), 'order_id', ''),
    currency,
    total_net_minor: properties.need(net, 'total', 0),
    tax_minor: tax,
    shipping_minor: shipping,
    discount_minor: discount,
    items,
    ...optional({ payment_method: properties.code('payment_method') }),
  }
}

/** Later messages replace earlier ones: the message's time numbers the restatements unless the source does. */
function toRestatement(properties: Fields, { time }: Message): Record<string, unknown> {
  const numbered = properties.integer('revision')
  const revision = numbered ?? (time === undefined ? undefined : Date.parse(time))
  return {
    placed_at: properties.need(properties.instant('placed_at', 'created_at'), 'placed_at', ''),
    revision: properties.need(revision, 'revision', 2),
  }
}

export function currencyOf(properties: Fields): string {
  const currency = properties.id('currency')?.toUpperCase()
  return properties.need(currency !== undefined && /^[A-Z]{3}$/.test(currency) ? currency : undefined, 'currency', 'EUR')
}

export const toItem = (product: Fields) => ({
  sku: product.need(product.id('sku', 'product_id'), 'sku', ''),
  ...optional({ name: product.text('name'), category: product.text('category'), brand: product.text('brand'), variant: product.text('variant') }),
})

/** Quantity times price, rounded once. */
export function toLine(product: Fields, currency: string): { quantity: number; line_net_minor: number } {
  const quantity = product.integer('quantity') ?? 1
  const price = toDecimal(product.value('price'))
  const line = price && roundTo(multiply(price, { digits: BigInt(quantity), scale: 0 }), minorDigitsOf(currency))
  return { quantity, line_net_minor: product.need(line, 'price', 0) }
}

export const optional = (values: Record<string, unknown>) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
