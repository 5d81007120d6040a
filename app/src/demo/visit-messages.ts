/** What visitors do on pages, each event with what the banner was told. Who refuses is reported too: Kanalblick drops it. */
import { type Day, instantAt } from './calendar.ts'
import { moodOf } from './demand.ts'
import { cloudEvent, type Message, segmentCall } from './message.ts'
import { minuteOfDay, type Order, type Shop } from './orders.ts'
import { type Visitor, visitorFor } from './people.ts'
import { products } from './products.ts'
import { hashOf, type Random, randomFor } from './random.ts'
import { type SocialPage, shop } from './sources.ts'

/** A sample: so many visits without an order are tracked on a usual day. */
const visitsPerDay = 38
const host = 'https://www.roesterei-nordlicht.example'

interface Origin {
  readonly weight: number
  readonly campaign?: { readonly source: string; readonly medium: string; readonly name: string }
  readonly referrer?: string
}

const origins: readonly Origin[] = [
  { weight: 30 },
  { weight: 24, referrer: 'https://www.google.com/' },
  { weight: 18, campaign: { source: 'google', medium: 'cpc', name: 'espresso-bohnen' } },
  { weight: 13, campaign: { source: 'instagram', medium: 'paid-social', name: 'nordlicht-momente' } },
  { weight: 9, campaign: { source: 'newsletter', medium: 'email', name: 'roestbrief' } },
  { weight: 4, campaign: { source: 'linkedin', medium: 'paid-social', name: 'buero-kaffee' } },
  { weight: 2, referrer: 'https://www.bing.com/' },
]

/** Where the visitor came from belongs to the visit: all its events say the same. */
export function visitContext({ country, userAgent, choices }: Visitor, visit: string): Record<string, unknown> {
  const { campaign, referrer } = randomFor('origin', visit).weighted(origins, ({ weight }) => weight)
  return {
    consent: { categoryPreferences: choices },
    location: { country },
    userAgent,
    sessionId: `visit-${hashOf(visit).toString(36)}`,
    page: { url: `${host}/`, ...(referrer !== undefined && { referrer }) },
    ...(campaign && { campaign }),
  }
}

interface Visit {
  readonly id: string
  readonly atMs: number
  readonly visitor: Visitor
}

/** What led to an order: the product looked at, the way to the till. */
export function beforeOrder(order: Order): Message[] {
  const { customer, lines, id } = order
  const [first] = lines
  if (!customer || !first) return []
  const visit = { id, atMs: order.atMs, visitor: customer }
  const items = lines.map(({ product, quantity, priceMinor }) => ({ sku: product.sku, name: product.name, quantity, price: priceMinor / 100 }))
  return [productViewed(visit, first.product, -9), step(visit, 'checkout', -3, { event: 'Checkout Started', properties: { currency: 'EUR', products: items } })]
}

export function shopVisits({ seed, anchor }: Shop, day: Day): Message[] {
  const random = randomFor(seed, 'visits', shop.instance, day)
  return Array.from({ length: random.poisson(visitsPerDay * moodOf(anchor, day)) }, (_, n) => {
    const visitor = visitorFor(seed, shop.instance, random)
    const visit = { id: `${day}-v${n}`, atMs: instantAt(day, minuteOfDay(random)), visitor }
    const landed = pageViewed(visit, random)
    return random.chance(0.45)
      ? [
          landed,
          productViewed(
            visit,
            random.weighted(products, ({ weight }) => weight),
            2,
          ),
        ]
      : [landed]
  }).flat()
}

function pageViewed(visit: Visit, random: Random): Message {
  const path = random.pick(['/', '/', '/kaffee', '/geschenke', '/magazin/mahlgrad', '/abo'])
  return step(visit, 'page', 0, { type: 'page', properties: { path, url: `${host}${path}` } })
}

const productViewed = (visit: Visit, { sku, name, category, path }: (typeof products)[number], afterMinutes: number) =>
  step(visit, 'product', afterMinutes, { event: 'Product Viewed', properties: { sku, name, category, path, url: `${host}${path}` } })

const step = ({ id, atMs, visitor }: Visit, what: string, afterMinutes: number, call: Readonly<Record<string, unknown>>): Message =>
  segmentCall(
    { instance: shop.instance, id: `${id}-${what}`, atMs: atMs + afterMinutes * 60_000 },
    { type: 'track', anonymousId: visitor.device, context: visitContext(visitor, id), ...call },
  )

/** The page that a profile links to, for those who come from there. */
export function socialVisits({ seed, anchor }: Shop, { instance, platform, page, visitsPerDay, weekdays }: SocialPage, day: Day, weekday: number): Message[] {
  const random = randomFor(seed, 'visits', instance, day)
  const expected = visitsPerDay * (weekdays[weekday] ?? 1) * Math.sqrt(moodOf(anchor, day))
  return Array.from({ length: random.poisson(expected) }, (_, n) => {
    const { device, country, userAgent, choices } = visitorFor(seed, instance, random)
    const said = { instance, id: `${day}-v${n}`, atMs: instantAt(day, minuteOfDay(random)) }
    return cloudEvent(said, 'page_viewed', {
      url_path: page,
      identifiers: [{ kind: 'device', value: device }],
      consent: { purposes: { web_analytics: choices.analytics, ad_measurement: choices.marketing } },
      context: { country, user_agent: userAgent, utm_source: platform, utm_medium: 'social', session_id: said.id },
    })
  })
}
