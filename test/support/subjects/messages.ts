/** What a shopper sends through each collector, so that every store that can hold a person holds this one. */
import { identifiersOf, type Shopper } from './shoppers.ts'

interface CloudEvent {
  readonly id: string
  readonly type: string
  readonly time?: string
  readonly data: Record<string, unknown>
}

export interface Messages {
  readonly consent: Record<string, unknown>
  readonly cloudEvents: readonly object[]
  readonly segment: readonly object[]
  readonly csv: readonly string[]
}

export const csvHeader = 'order;date;article;name;pieces;price;customer;mail;country'
export const csvMapping = `instance: file:shop
currency: EUR
timeZone: Europe/Berlin
dateFormat: iso
delimiter: ";"
columns: { orderId: order, date: date, sku: article, name: name, quantity: pieces, unitPrice: price, customer: customer, email: mail, country: country }
cancellation: { prefix: C }
`

const hourMs = 3_600_000
const ago = (hours: number) => new Date(Date.now() - hours * hourMs).toISOString()

export const messagesOf = (shopper: Shopper): Messages => ({
  consent: consentOf(shopper),
  cloudEvents: [...visit(shopper), ...orders(shopper), ...unfit(shopper)].map((event) => ({ specversion: '1.0', source: 'shop', ...event })),
  segment: segmentOf(shopper),
  csv: csvOf(shopper),
})

export const consentOf = (shopper: Shopper, at = ago(30)) => ({
  identifiers: identifiersOf(shopper),
  decisions: ['web_analytics', 'ad_measurement', 'personalisation'].map((purpose) => ({ purpose, state: 'granted' })),
  notice: { version: `notice-${shopper.word}` },
  mechanism: 'click_accept',
  language: 'de',
  jurisdiction: 'DE',
  event_time: at,
})

const named = (shopper: Shopper, ...kinds: string[]) => identifiersOf(shopper).filter(({ kind }) => kinds.includes(kind))
const sessionOf = ({ word }: Shopper) => `session-${word}`
const allowed = { purposes: { web_analytics: true } }
export const orderNumber = ({ word }: Shopper, n: number | string) => `A-${word}-${n}`

const totals = ({ word, uniqueMinor }: Shopper, pieces = 1) => ({
  currency: 'EUR',
  total_net_minor: uniqueMinor,
  items: [{ sku: `${word}-becher`, name: `Becher ${word}`, category: 'Geschirr', quantity: pieces, line_net_minor: uniqueMinor }],
})

/** Before the shopper is known, when they are, and after they sign in; one session, some of it without any identifier. */
function visit(shopper: Shopper): CloudEvent[] {
  const { word } = shopper
  const context = {
    session_id: sessionOf(shopper),
    country: 'DE',
    utm_source: `brief-${word}`,
    utm_campaign: `herbst-${word}`,
    referrer_host: `${word}.example`,
  }
  const view = (id: string, data: object) => ({ id: `${word}-${id}`, time: ago(26), data: { ...data, context } })
  return [
    { ...view('landing', { url_path: `/${word}/landung`, consent: allowed }), type: 'page_viewed' },
    { ...view('start', { url_path: `/${word}/start`, identifiers: named(shopper, 'device') }), type: 'page_viewed' },
    {
      ...view('product', { url_path: `/${word}/becher`, item: { sku: `${word}-becher` }, identifiers: named(shopper, 'customer', 'email', 'device') }),
      type: 'product_viewed',
    },
    // Placed as a guest, in the same session, and paid back by somebody who knows the order alone.
    { ...view('guest', { ...totals(shopper), order_id: orderNumber(shopper, 'guest'), consent: allowed }), type: 'order_placed' },
    { id: `${word}-guest-refund`, type: 'refund_issued', data: { ...totals(shopper), order_id: orderNumber(shopper, 'guest'), refund_id: `R-${word}-guest` } },
    { id: `${word}-newsletter`, type: 'newsletter_status_changed', data: { status: 'confirmed', identifiers: named(shopper, 'email'), context } },
  ]
}

function orders(shopper: Shopper): CloudEvent[] {
  const { word, uniqueMinor } = shopper
  const event = (id: string, type: string, data: object) => ({ id: `${word}-${id}`, type, time: ago(20), data: { ...data } })
  const first = orderNumber(shopper, 1)
  return [
    event('o1', 'order_placed', {
      ...totals(shopper),
      order_id: first,
      identifiers: named(shopper, 'customer', 'email', 'phone'),
      context: { session_id: sessionOf(shopper) },
    }),
    event('o1-2', 'order_updated', { ...totals(shopper, 2), order_id: first, placed_at: ago(20), revision: 2, identifiers: named(shopper, 'customer') }),
    event('paid', 'order_paid', { order_id: first, currency: 'EUR', amount_minor: uniqueMinor, identifiers: named(shopper, 'phone') }),
    event('refund', 'refund_issued', { ...totals(shopper), order_id: first, refund_id: `R-${word}` }),
    event('cancel', 'order_cancelled', { ...totals(shopper), order_id: first, cancellation_id: `S-${word}` }),
    event('market', 'order_placed', { ...totals(shopper), order_id: orderNumber(shopper, 'm'), identifiers: named(shopper, 'marketplace_buyer') }),
    event('phone', 'order_placed', { ...totals(shopper), order_id: orderNumber(shopper, 'p'), identifiers: named(shopper, 'phone') }),
  ]
}

/** What ends in the dead letters of the consent stage, and in those of the transform stage. */
function unfit(shopper: Shopper): CloudEvent[] {
  const { word } = shopper
  const identifiers = named(shopper, 'email', 'customer')
  return [
    { id: `${word}-unknown`, type: 'wish_list_shared', data: { list: word, identifiers } },
    { id: `${word}-invalid`, type: 'order_placed', data: { order_id: orderNumber(shopper, 'x'), items: [], identifiers } },
    {
      id: `${word}-malformed`,
      type: 'page_viewed',
      data: { url_path: `/${word}`, identifiers: [{ kind: 'email', value: shopper.email, note: 1 }], context: 7 },
    },
    {
      id: `${word}-no-rate`,
      type: 'order_placed',
      data: { ...totals(shopper), currency: 'JPY', order_id: orderNumber(shopper, 'y'), identifiers, context: { session_id: sessionOf(shopper) } },
    },
  ]
}

function segmentOf(shopper: Shopper): object[] {
  const { word, customer, email, phone, device, name, uniqueMinor } = shopper
  const who = { userId: customer, anonymousId: device, timestamp: ago(10), context: { traits: { email, phone, name }, sessionId: sessionOf(shopper) } }
  const price = uniqueMinor / 100
  return [
    {
      ...who,
      type: 'track',
      event: 'Product Viewed',
      messageId: `${word}-s1`,
      properties: { sku: `${word}-teller`, name: `Teller ${word}`, path: `/${word}/teller` },
    },
    {
      ...who,
      type: 'track',
      event: 'Order Completed',
      messageId: `${word}-s2`,
      properties: { order_id: orderNumber(shopper, 's'), total: price, currency: 'EUR', products: [{ sku: `${word}-teller`, price, quantity: 1 }] },
    },
    { type: 'page', anonymousId: device, messageId: `${word}-s3`, timestamp: ago(9), properties: { path: `/${word}/ende` } },
    {
      type: 'identify',
      userId: email,
      messageId: `${word}-s4`,
      timestamp: ago(9),
      context: { consent: { categoryPreferences: { analytics: true } }, campaign: { source: `brief-${word}` } },
    },
  ]
}

function csvOf(shopper: Shopper): string[] {
  const { word, customer, email, uniqueMinor } = shopper
  const line = (order: string, pieces: number) =>
    [order, ago(48).slice(0, 19), `${word}-kanne`, `Kanne ${word}`, pieces, (uniqueMinor / 100).toFixed(2), customer, email, 'Germany'].join(';')
  return [line(orderNumber(shopper, 'f'), 1), line(`C${orderNumber(shopper, 'f')}`, -1)]
}

/** Delivered late, from before the oldest time that behaviour is kept. */
export const lateVisitOf = (shopper: Shopper): object[] => [
  {
    specversion: '1.0',
    source: 'shop',
    id: `${shopper.word}-late`,
    time: ago(24 * 365 * 3),
    type: 'page_viewed',
    data: { url_path: `/${shopper.word}/damals`, identifiers: named(shopper, 'device') },
  },
]

/** What comes after an erasure: a restated order, money back for orders that it names alone, a consent given earlier, a new visit. */
export function newsOf(shopper: Shopper): object[] {
  const { word } = shopper
  const identifiers = named(shopper, 'customer')
  const restated = { ...totals(shopper, 3), order_id: orderNumber(shopper, 1), placed_at: ago(20), revision: 3 }
  const decided = { purposes: { web_analytics: true }, mechanism: 'click_accept', notice_version: `notice-${word}` }
  return [
    { id: `${word}-n1`, type: 'order_updated', data: { ...restated, identifiers } },
    { id: `${word}-n2`, type: 'refund_issued', data: { ...totals(shopper), order_id: orderNumber(shopper, 'p'), refund_id: `R-${word}-n` } },
    { id: `${word}-n3`, type: 'refund_issued', data: { ...totals(shopper), order_id: orderNumber(shopper, 'guest'), refund_id: `R-${word}-g` } },
    { id: `${word}-n4`, type: 'consent_recorded', time: ago(200), data: { ...decided, identifiers: named(shopper, 'email', 'device') } },
    { id: `${word}-n5`, type: 'page_viewed', data: { url_path: `/${word}/wieder`, consent: allowed, identifiers: named(shopper, 'device') } },
  ].map((event) => ({ specversion: '1.0', source: 'shop', ...event }))
}

/** One of many rounds of a shopper who goes on: in the session and with the orders that they had before, known by name and not. */
export function roundOf(shopper: Shopper, round: number): object[] {
  const { word } = shopper
  const context = { session_id: sessionOf(shopper) }
  return [
    { id: `${word}-r${round}-1`, type: 'page_viewed', data: { url_path: `/${word}/strom`, context, identifiers: named(shopper, 'customer', 'device') } },
    { id: `${word}-r${round}-2`, type: 'page_viewed', data: { url_path: `/${word}/weiter`, context, consent: allowed } },
    {
      id: `${word}-r${round}-3`,
      type: 'refund_issued',
      data: { ...totals(shopper), order_id: orderNumber(shopper, 'guest'), refund_id: `R-${word}-${round}` },
    },
    { id: `${word}-r${round}-4`, type: 'order_paid', data: { order_id: orderNumber(shopper, 1), currency: 'EUR', amount_minor: shopper.uniqueMinor } },
    { id: `${word}-r${round}-5`, type: 'wish_list_shared', data: { list: word, identifiers: named(shopper, 'email', 'phone') } },
  ].map((event) => ({ specversion: '1.0', source: 'shop', ...event }))
}
