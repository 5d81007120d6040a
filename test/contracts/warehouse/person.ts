/** One person, named in every way the tables know, among others who only look alike. */
import type { SubjectKeys } from '@kanalblick/stream'
import { enriched, type Sketch, season, uuid } from './events.ts'

export const keys: SubjectKeys = {
  refs: ['needle-ref'],
  pseudonyms: ['needle-web', 'needle-old', 'needle-ads', 'needle-profile'],
  orderKeys: ['needle-order'],
  sessionKeys: [],
}
/** In every value that leads to the person, given or found. */
export const needle = 'needle-'

const visit: Omit<Sketch, 'name'> = { type: 'page_viewed', url_path: '/tea', session_key: 'needle-session', granted: ['web_analytics'], amount_minor: 0 }
const origin = {
  device_class: 'mobile',
  channel_group: 'Direct',
  utm_source: 's',
  utm_medium: 'm',
  utm_campaign: 'needle-campaign',
  referrer_host: 'r',
  url_path: '/p',
}
const paid = { amount_minor: 700, lines: [{ sku: 'sku-1', units: 1, net: 700, name: 'Product 1' }] }

/** An order with everything that an order can say of its person. */
export const order = enriched({
  ...paid,
  ...origin,
  name: 'order',
  day: '2026-03-11',
  time: '2026-03-11T10:17:00Z',
  subject_web: 'needle-web',
  subject_ads: 'needle-ads',
  subject_profile: 'needle-profile',
  session_key: 'needle-session',
  order_key: 'needle-order',
  granted: ['web_analytics'],
})
export const firstVisit = enriched({ ...visit, name: 'visit', subject_web: 'needle-web', subject_ads: 'needle-ads', day: '2026-03-11' })

/** Over two months: visits, orders, and what follows from both without naming the person. */
export const person = [
  firstVisit,
  enriched({ ...visit, name: 'old visit', subject_web: 'needle-old', day: '2026-02-03', session_key: 'needle-session-old' }),
  enriched({ ...visit, name: 'profile', subject_profile: 'needle-profile', day: '2026-02-04', session_key: null }),
  enriched({ ...visit, name: 'nameless visit', day: '2026-03-11', granted: [] }),
  order,
  enriched({ ...paid, name: 'refund', type: 'refund_issued', order_key: 'needle-order', day: '2026-03-20' }),
  enriched({ ...paid, name: 'session order', order_key: 'needle-order-2', session_key: 'needle-session', day: '2026-03-12' }),
  enriched({ ...paid, name: 'session refund', type: 'refund_issued', order_key: 'needle-order-2', day: '2026-03-13' }),
]
export const behaviour = ['visit', 'old visit', 'profile', 'nameless visit'].map(uuid)
export const books = ['order', 'refund', 'session order', 'session refund'].map(uuid)

export const others = [
  ...season(60),
  enriched({ ...visit, name: 'same session', subject_web: 'somebody else', day: '2026-03-11' }),
  enriched({ ...paid, name: 'same order', subject_ads: 'somebody else', order_key: 'needle-order-2', day: '2026-03-12' }),
  enriched({ ...visit, name: 'nobody', session_key: null, day: '2026-03-11' }),
]
