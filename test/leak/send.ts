/** Sends people's identifiers through the real collectors, in every place an event has for a text. */
import { encoded, type Person } from './people.ts'

interface Target {
  readonly url: string
  readonly key: string
}

const eventsPerRequest = 200

/** For each person and encoding: a product view over CloudEvents and one over Segment; for each person an order over each. */
export async function sendEverything({ url, key }: Target, people: readonly Person[], round: string): Promise<number> {
  const cloudEvents = people.flatMap((person, index) => [
    ...encoded(identifierFor(person, index)).map((text, form) => viewEvent(person, text, `${round}-${index}-${form}`)),
    orderEvent(person, `${round}-${index}`),
  ])
  const segment = people.flatMap((person, index) => [
    ...encoded(identifierFor(person, index)).map((text, form) => segmentView(person, text, `${round}-s-${index}-${form}`)),
    segmentOrder(person, `${round}-s-${index}`),
  ])
  for (const events of chunks(cloudEvents)) await post(`${url}/v1/events`, 'application/cloudevents-batch+json', key, events)
  for (const batch of chunks(segment)) await post(`${url}/v1/batch`, 'application/json', key, { batch, writeKey: key, sentAt: new Date().toISOString() })
  return cloudEvents.length + segment.length
}

/** Addresses, numbers and customer numbers take turns. */
const identifierFor = ({ email, phone, customer }: Person, index: number): string => [email, phone, customer][index % 3] ?? email

/** Grants every purpose, for every identifier of each person. */
export async function grantConsents({ url, key }: Target, people: readonly Person[]): Promise<void> {
  const purposes = ['web_analytics', 'ad_measurement', 'personalisation']
  for (const group of chunks(people, 20)) {
    await Promise.all(
      group.map(({ email, customer, phone }) =>
        post(`${url}/v1/consents`, 'application/json', key, {
          identifiers: [
            { kind: 'email', value: email },
            { kind: 'customer', value: customer },
            { kind: 'phone', value: phone },
          ],
          decisions: purposes.map((purpose) => ({ purpose, state: 'granted' })),
          notice: { version: '2026-01' },
          mechanism: 'click_accept',
          language: 'de',
          jurisdiction: 'DE',
          event_time: new Date().toISOString(),
        }),
      ),
    )
  }
}

const identifiersOf = ({ email, customer, phone }: Person) => [
  { kind: 'customer', value: customer },
  { kind: 'email', value: email },
  { kind: 'phone', value: phone },
]
const envelope = (id: string) => ({ specversion: '1.0', id, source: 'leak-test', time: new Date().toISOString() })

function viewEvent(person: Person, text: string, id: string) {
  const { name, phone, customer } = person
  return {
    ...envelope(id),
    type: 'product_viewed',
    subject: text,
    data: {
      url_path: `/konto/${text}/${encodeURIComponent(name)}`.slice(0, 400),
      item: { sku: text.slice(0, 90), name: `Becher für ${text}`, category: text, brand: customer, variant: phone },
      email: text,
      comment: `${name}, ${text}`,
      identifiers: identifiersOf(person),
      context: {
        session_id: text,
        utm_source: text.slice(0, 190),
        utm_medium: `mail_${text}`.slice(0, 190),
        utm_campaign: text.slice(0, 190),
        referrer_host: text.slice(0, 190),
      },
    },
  }
}

function orderEvent(person: Person, id: string) {
  const { email, name, phone, customer } = person
  const items = [{ sku: `sku-${customer}`, name: `Gravur ${email}`, category: phone, quantity: 1, line_net_minor: 1999 }]
  const data = {
    order_id: `${customer}-${email}`,
    currency: 'EUR',
    total_net_minor: 1999,
    items,
    payment_method: 'invoice',
    address: { name, phone },
    identifiers: identifiersOf(person),
  }
  return { ...envelope(`order-${id}`), type: 'order_placed', data }
}

function segmentView(person: Person, text: string, messageId: string) {
  const { email, name, phone, customer } = person
  return {
    type: 'track',
    event: 'Product Viewed',
    messageId,
    userId: customer,
    anonymousId: text,
    timestamp: new Date().toISOString(),
    properties: {
      product_id: text.slice(0, 90),
      sku: text.slice(0, 90),
      name: text,
      category: email,
      brand: text,
      coupon: text,
      url: `https://shop.example/p/${text}?mail=${text}`,
    },
    context: {
      ip: '203.0.113.9',
      traits: { email, phone, name },
      page: {
        url: `https://shop.example/p/${text}?m=${text}`,
        path: `/p/${text}`,
        referrer: `https://mail.example/${text}`,
        title: text,
        search: `?m=${text}`,
      },
      campaign: { source: text, medium: text, name: text, content: text },
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
      userAgentData: { contact: text },
    },
  }
}

function segmentOrder({ email, name, phone, customer }: Person, messageId: string) {
  const products = [{ product_id: `p-${customer}`, name: `Gravur ${name} ${email}`, price: 19.99, quantity: 1 }]
  return {
    type: 'track',
    event: 'Order Completed',
    messageId: `order-${messageId}`,
    userId: customer,
    timestamp: new Date().toISOString(),
    properties: { order_id: `${phone}/${messageId}`, total: 19.99, revenue: 19.99, currency: 'EUR', products, coupon: email },
    context: { traits: { email, phone, name }, userAgent: `Mozilla/5.0 (X11; Linux x86_64) ${email}` },
  }
}

async function post(url: string, contentType: string, key: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': contentType, authorization: `Bearer ${key}` }, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}: ${(await response.text()).slice(0, 300)}`)
}

function chunks<Value>(values: readonly Value[], size = eventsPerRequest): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size))
}
