/** Browsing events of the E-commerce specification, version 2, and `page`. */
import type { Fields } from '../reading/fields.ts'
import type { SegmentMapping } from './event.ts'
import { currencyOf, optional, toItem, toLine } from './orders.ts'

export const webEvents: readonly (readonly [string, SegmentMapping])[] = [
  ['page', { type: 'page_viewed', toData: (properties, { path }) => ({ url_path: properties.need(path, 'path', '/') }) }],
  ['product viewed', { type: 'product_viewed', toData: (properties, { path }) => ({ ...optional({ url_path: path }), item: toItem(properties) }) }],
  [
    'product list viewed',
    {
      type: 'product_list_viewed',
      toData: (properties) => ({ ...optional({ list_id: properties.text('list_id') }), items: (properties.children('products') ?? []).map(toItem) }),
    },
  ],
  // The words searched for are free text and may name a person: they are not collected.
  ['products searched', { type: 'search_performed', toData: (properties) => optional({ results_count: properties.integer('results_count') }) }],
  ['product added', { type: 'cart_item_added', toData: toCartItem }],
  ['product removed', { type: 'cart_item_removed', toData: toCartItem }],
  ['checkout started', { type: 'checkout_started', toData: toCheckout }],
  [
    'checkout step completed',
    {
      type: 'checkout_step_completed',
      toData: (properties) => ({
        step: properties.need(properties.integer('step'), 'step', 1),
        ...optional({ option: properties.code('shipping_method', 'payment_method') }),
      }),
    },
  ],
]

function toCartItem(properties: Fields): Record<string, unknown> {
  return { ...optional({ cart_id: properties.id('cart_id') }), item: toListedItem(properties, knownCurrency(properties)) }
}

function toCheckout(properties: Fields): Record<string, unknown> {
  const currency = knownCurrency(properties)
  const value = currency === undefined ? undefined : properties.money(currency, 'value', 'subtotal', 'revenue', 'total')
  const items = properties.children('products')?.map((product) => toListedItem(product, currency))
  return optional({ cart_id: properties.id('cart_id', 'checkout_id', 'order_id'), currency, value_minor: value, items })
}

/** A cart may leave prices out; what is there must be right. */
const toListedItem = (product: Fields, currency: string | undefined) => {
  const priced = currency !== undefined && product.value('price') !== undefined
  return { ...toItem(product), ...(priced ? toLine(product, currency) : optional({ quantity: product.integer('quantity') })) }
}

const knownCurrency = (properties: Fields) => (properties.id('currency') === undefined ? undefined : currencyOf(properties))
