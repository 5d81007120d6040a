import { randomUUID } from 'node:crypto'
import type { EnrichedEvent } from '@kanalblick/stream'

/** What the transform stage hands on, of today: product views with consent, and one order in twenty. */
export function enrichedRecords(count: number): EnrichedEvent[] {
  const now = new Date().toISOString()
  return Array.from({ length: count }, (_, n) => (n % 20 === 0 ? { ...viewed(n, now), ...ordered(n) } : viewed(n, now)))
}

const hex = (n: number) => n.toString(16).padStart(32, '0')

const viewed = (n: number, now: string): EnrichedEvent => ({
  id: randomUUID(),
  version: 1,
  type: 'product_viewed',
  day: now.slice(0, 10),
  time: `${now.slice(0, 16)}:00.000Z`,
  received_at: now,
  channel: 'shop',
  channel_instance: 'shop:bench',
  subject_web: `v1:web:${hex(n % 5000)}`,
  subject_ads: null,
  subject_profile: null,
  session_key: `v1:${hex(n % 9000)}`,
  order_key: null,
  granted: ['web_analytics'],
  country: 'DE',
  device_class: 'mobile',
  channel_group: 'Email',
  utm_source: 'newsletter',
  utm_medium: 'email',
  utm_campaign: 'herbst',
  referrer_host: 'www.idealo.de',
  url_path: '/kueche/becher',
  currency: '',
  amount_minor: 0,
  tax_minor: 0,
  shipping_minor: 0,
  discount_minor: 0,
  original_currency: '',
  original_amount_minor: 0,
  exchange_rate: 1,
  item_sku: [],
  item_name: [],
  item_category: [],
  item_units: [],
  item_net_minor: [],
  metrics: {},
})

const ordered = (n: number): Partial<EnrichedEvent> => ({
  type: 'order_placed',
  order_key: `v1:${hex(n)}`,
  url_path: '',
  currency: 'EUR',
  amount_minor: 2500,
  tax_minor: 475,
  original_currency: 'EUR',
  original_amount_minor: 2500,
  item_sku: [`sku-${n % 700}`],
  item_name: [`Becher Modell ${n % 700}`],
  item_category: ['Becher'],
  item_units: [1],
  item_net_minor: [2500],
})
