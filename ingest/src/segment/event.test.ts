import { catalogue, type EventType } from '@kanalblick/stream'
import { describe, expect, it } from 'vitest'
import type { Arrival } from '../reading/arrival.ts'
import { createReadDevice } from '../reading/device.ts'
import { fromSegment, type SegmentCall } from './event.ts'

const arrival: Arrival = { id: 'arrival', userAgent: undefined, objects: false, consentCategories: undefined, readDevice: createReadDevice() }
const time = '2026-05-01T10:00:00.000Z'

const send = (message: Record<string, unknown>, { call, arrived = arrival }: { call?: SegmentCall; arrived?: Arrival } = {}) => {
  const value = { messageId: 'm-1', timestamp: time, ...message }
  return fromSegment({ part: { value, text: JSON.stringify(value) }, index: 0, ...(call && { call }) }, arrived)
}
const track = (event: string, properties: Record<string, unknown>, rest: Record<string, unknown> = {}) => send({ type: 'track', event, properties, ...rest })

/** The example of the specification. */
const completed = {
  checkout_id: 'fksdjfsdjfisjf9sdfjsd9f',
  order_id: '50314b8e9bcf000000000000',
  affiliation: 'Google Store',
  total: 27.5,
  subtotal: 22.5,
  revenue: 25.0,
  shipping: 3,
  tax: 2,
  discount: 2.5,
  coupon: 'hasbros',
  currency: 'USD',
  products: [
    {
      product_id: '507f1f77bcf86cd799439011',
      sku: '45790-32',
      name: 'Monopoly: 3rd Edition',
      price: 19,
      quantity: 1,
      category: 'Games',
      url: 'https://www.example.com/product/path',
    },
    { product_id: '505bd76785ebb509fc183733', sku: '46493-32', name: 'Uno Card Game', price: 3, quantity: 2, category: 'Games' },
  ],
}

describe('orders', () => {
  it('maps the example of the specification', () => {
    expect(track('Order Completed', completed)).toEqual({
      type: 'order_placed',
      nativeId: 'm-1',
      time,
      identifiers: [],
      context: {},
      data: {
        order_id: '50314b8e9bcf000000000000',
        currency: 'USD',
        total_net_minor: 2550,
        tax_minor: 200,
        shipping_minor: 300,
        discount_minor: 250,
        items: [
          { sku: '45790-32', name: 'Monopoly: 3rd Edition', category: 'Games', quantity: 1, line_net_minor: 1900 },
          { sku: '46493-32', name: 'Uno Card Game', category: 'Games', quantity: 2, line_net_minor: 600 },
        ],
      },
    })
  })

  it.each([
    ['total less tax', { total: '119.00', tax: '19.00', shipping: '4.90' }, 10_000],
    ['subtotal and shipping', { subtotal: '95.10', shipping: '4.90', tax: 19 }, 10_000],
    ['revenue and shipping', { revenue: '95.10', shipping: '4.90' }, 10_000],
    ['the items, shipping and discount', { products: [{ sku: 'a', price: '50.05', quantity: 2 }], shipping: 4.9, discount: 5 }, 10_000],
  ])('takes as net total %s', (_, amounts, total) => {
    expect(track('Order Completed', { order_id: 1, currency: 'eur', ...amounts })?.data).toMatchObject({
      order_id: '1',
      currency: 'EUR',
      total_net_minor: total,
    })
  })

  it('rounds a line once', () => {
    const products = [{ sku: 'screw', price: '0.335', quantity: 3 }]
    expect(track('Order Completed', { order_id: '1', currency: 'EUR', products })?.data).toMatchObject({
      items: [{ line_net_minor: 101 }],
      total_net_minor: 101,
    })
  })

  it('restates an order under a number that grows with time', () => {
    const updated = track('Order Updated', { ...completed, placed_at: '2026-04-30T08:00:00Z' })
    expect(updated).toMatchObject({ type: 'order_updated', data: { revision: Date.parse(time), placed_at: '2026-04-30T08:00:00.000Z' } })
    expect(track('Order Updated', { ...completed, placed_at: '2026-04-30T08:00:00Z', revision: 2 })?.data).toMatchObject({ revision: 2 })
  })

  it('tells partial cancellations and refunds apart by their own ids', () => {
    expect(track('Order Cancelled', { ...completed, cancellation_id: 'c1', reason: 'Out of Stock' })).toMatchObject({
      type: 'order_cancelled',
      data: { cancellation_id: 'c1', reason: 'out_of_stock', total_net_minor: 2550 },
    })
    expect(track('Order Refunded', { order_id: '1', currency: 'EUR', total: 5 })).toMatchObject({
      type: 'refund_issued',
      data: { refund_id: 'm-1', total_net_minor: 500 },
    })
    expect(track('Order Refunded', { order_id: '1', currency: 'EUR', total: 5, refund_id: 'r9' })?.data).toMatchObject({ refund_id: 'r9' })
  })

  it.each([
    ['no order id', { order_id: '' }, 'properties has no order_id'],
    ['no currency', { currency: undefined }, 'properties has no currency'],
    ['an amount in words', { total: 'twenty' }, 'properties.total is not an amount'],
    ['an amount with a decimal comma', { tax: '1,90' }, 'properties.tax is not an amount'],
    ['a fraction of an article', { products: [{ sku: 'a', price: 1, quantity: 1.5 }] }, 'properties.products[0].quantity is not a whole number'],
    [
      'an article without number',
      {
        products: [
          { sku: 'a', price: 1 },
          { name: 'x', price: 1 },
        ],
      },
      'properties.products[1] has no sku',
    ],
    ['an article without price', { products: [{ sku: 'a' }] }, 'properties.products[0] has no price'],
    ['articles that are no list', { products: 'many' }, 'properties.products is not a list'],
  ])('names what is wrong with an order that has %s and keeps what came', (_, broken, rule) => {
    const event = track('Order Completed', { ...completed, ...broken }, { userId: 'u-1' })
    expect(event).toEqual({
      type: 'order_placed',
      nativeId: 'm-1',
      time,
      identifiers: [],
      context: {},
      data: { received: expect.stringContaining('Order Completed') },
      malformed: rule,
    })
  })

  it('names all faults together', () => {
    expect(track('Order Updated', { total: 'x', currency: 'EUR' })?.malformed).toBe(
      'properties.total is not an amount; properties has no order_id; properties has no placed_at',
    )
  })
})

describe('browsing', () => {
  const page = {
    url: 'https://shop.example/p/42?email=ada%40example.org&utm_source=news&fbclid=IwAR#top',
    path: '/p/42',
    referrer: 'https://l.instagram.com/?u=1',
  }

  it('maps a page view and keeps neither query nor referring page', () => {
    expect(send({ type: 'page', anonymousId: 'a-1', properties: page, context: { ip: '203.0.113.9', page } })).toEqual({
      type: 'page_viewed',
      nativeId: 'm-1',
      time,
      identifiers: [{ kind: 'device', value: 'a-1' }],
      context: { referrer_host: 'l.instagram.com', utm_source: 'news', click_id_kind: 'fbclid' },
      data: { url_path: '/p/42' },
    })
  })

  it.each([
    [
      'Product Viewed',
      { product_id: '7', name: 'Cup', url: 'https://shop.example/cup?x=1' },
      'product_viewed',
      { url_path: '/cup', item: { sku: '7', name: 'Cup' } },
    ],
    ['Product List Viewed', { list_id: 'sale', products: [{ sku: '7' }] }, 'product_list_viewed', { list_id: 'sale', items: [{ sku: '7' }] }],
    ['Products Searched', { query: 'gift for Ada Lovelace', results_count: 3 }, 'search_performed', { results_count: 3 }],
    [
      'Product Added',
      { cart_id: 'c', sku: '7', price: 2.5, quantity: 2, currency: 'EUR' },
      'cart_item_added',
      { cart_id: 'c', item: { sku: '7', quantity: 2, line_net_minor: 500 } },
    ],
    ['product removed', { sku: '7', price: 2.5 }, 'cart_item_removed', { item: { sku: '7' } }],
    ['Checkout Started', { order_id: 'o', value: '9.99', currency: 'EUR' }, 'checkout_started', { cart_id: 'o', currency: 'EUR', value_minor: 999 }],
    ['Checkout Step Completed', { step: '2', shipping_method: 'DHL Express' }, 'checkout_step_completed', { step: 2, option: 'dhl_express' }],
  ])('maps %s', (name, properties, type, data) => {
    const event = track(name, properties)
    expect(event).toMatchObject({ type, data })
    expect(event?.data).toEqual(data)
    expect(catalogue[type as EventType].data.safeParse(event?.data).success).toBe(true)
  })
})

describe('who, where and with what', () => {
  it('reads persons from user id, anonymous id and traits, each once', () => {
    const traits = { email: 'ada@example.org', phone: '+49 30 123' }
    expect(track('Product Viewed', { sku: '7' }, { userId: 'u-1', anonymousId: 'a-1', context: { traits } })?.identifiers).toEqual([
      { kind: 'customer', value: 'u-1' },
      { kind: 'email', value: 'ada@example.org' },
      { kind: 'phone', value: '+49 30 123' },
      { kind: 'device', value: 'a-1' },
    ])
    expect(track('Product Viewed', { sku: '7' }, { userId: 'ada@example.org', context: { traits } })?.identifiers).toEqual([
      { kind: 'email', value: 'ada@example.org' },
      { kind: 'phone', value: '+49 30 123' },
    ])
  })

  it.each([
    [{ shipping_address: { country: 'AT' } }, {}, 'AT'],
    [{}, { traits: { address: { country: 'Schweiz' } } }, 'CH'],
    [{}, { location: { country: 'Germany' } }, 'DE'],
    [{ country: 'Narnia' }, { ip: '203.0.113.9' }, undefined],
  ])('finds the country in %j and %j', (properties, context, country) => {
    expect(track('Product Viewed', { sku: '7', ...properties }, { context })?.context.country).toBe(country)
  })

  it('prefers the user agent in the event to that of the request', () => {
    const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15'
    const fromBrowser = { ...arrival, userAgent: 'Googlebot/2.1' }
    expect(send({ type: 'track', event: 'Products Searched', context: { userAgent: mac } }, { arrived: fromBrowser })?.context.device).toEqual({
      class: 'desktop',
      browser: 'Safari',
      os: 'macOS',
    })
    expect(send({ type: 'track', event: 'Products Searched' }, { arrived: fromBrowser })?.context.device).toEqual({ class: 'bot' })
    expect(track('Products Searched', {})?.context).not.toHaveProperty('device')
  })

  it('takes the choices along that travel with the event', () => {
    const context = { consent: { categoryPreferences: { Analytics: true, Advertising: false } } }
    expect(track('Products Searched', {}, { context })?.consent).toEqual({
      purposes: { web_analytics: true, ad_measurement: false },
      origin: 'segment_context',
    })
  })

  it('reads the context of a batch for events that have none of their own', () => {
    const sharedContext = { location: { country: 'Germany' }, consent: { categoryPreferences: { Analytics: true } } }
    const value = { type: 'track', event: 'Products Searched', context: { location: { country: 'AT' } } }
    const event = fromSegment({ part: { value, text: '' }, index: 0, sharedContext }, arrival)
    expect(event).toMatchObject({ context: { country: 'AT' }, consent: { purposes: { web_analytics: true } } })
  })
})

describe('calls', () => {
  it('records the choice that an identify carries, and nothing else of it', () => {
    const identify = { type: 'identify', userId: 'u-1', traits: { email: 'ada@example.org', name: 'Ada' } }
    expect(send(identify)).toBeUndefined()
    expect(send({ ...identify, context: { consent: { categoryPreferences: { Marketing: false } } } })).toEqual({
      type: 'consent_recorded',
      nativeId: 'm-1',
      time,
      identifiers: [
        { kind: 'customer', value: 'u-1' },
        { kind: 'email', value: 'ada@example.org' },
      ],
      context: {},
      data: { record_id: 'm-1', purposes: { ad_measurement: false }, mechanism: 'api_import' },
    })
    expect(send(identify, { arrived: { ...arrival, objects: true } })?.data).toMatchObject({
      mechanism: 'browser_signal',
      purposes: { platform_sharing: false },
    })
  })

  it.each([
    [{ type: 'track', event: 'Signed Up' }, 'segment.track:Signed Up'],
    [{ type: 'track', event: 'constructor' }, 'segment.track:constructor'],
    [{ type: 'group', groupId: 'g' }, 'segment.group'],
    [{ type: 'screen' }, 'segment.screen'],
    [{}, 'segment.'],
  ])('passes on what it does not know under its own name: %j', (message, type) => {
    const event = send(message)
    expect(event?.type).toBe(type)
    expect(event).not.toHaveProperty('malformed')
  })

  it('lets the endpoint decide the call', () => {
    expect(send({ type: 'track', event: 'Order Completed', properties: { path: '/a' } }, { call: 'page' })).toMatchObject({
      type: 'page_viewed',
      data: { url_path: '/a' },
    })
  })

  it('says which time is no time', () => {
    expect(send({ type: 'track', event: 'Products Searched', timestamp: 'yesterday' })?.malformed).toBe('event.timestamp is not an ISO 8601 time')
  })

  it('names an event without id by its text, unless it has no time either', () => {
    const nameOf = (value: Record<string, unknown>) => fromSegment({ part: { value, text: JSON.stringify(value) }, index: 3 }, arrival)?.nativeId
    expect(nameOf({ type: 'track', event: 'Products Searched', timestamp: time })).toBe(`{"type":"track","event":"Products Searched","timestamp":"${time}"}`)
    expect(nameOf({ type: 'track', event: 'Products Searched' })).toBe('arrival 3')
  })
})
