/** Batches as the log hands them to the sink, made from a few words per event. */
import { createHash } from 'node:crypto'
import type { Batch, EnrichedEvent, Fates, Logger, TopicName } from '@kanalblick/stream'

/** The same name, the same UUID: input is equal on every engine and in every run. */
export function uuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export function uuidsFrom(name: string): () => string {
  let made = 0
  return () => uuid(`${name}:${made++}`)
}

interface Line {
  readonly sku: string
  readonly units: number
  readonly net: number
  readonly name?: string
  readonly category?: string
}

export type Sketch = Partial<Omit<EnrichedEvent, 'id'>> & { readonly name: string; readonly lines?: readonly Line[] }

/** An order of one piece for 10.00 on 2026-03-10 unless said otherwise; with lines, they make the amount. */
export function enriched({ name, lines = [], ...fields }: Sketch): EnrichedEvent {
  const day = fields.day ?? '2026-03-10'
  return {
    id: uuid(name),
    version: 1,
    type: 'order_placed',
    day,
    time: `${day}T10:15:00Z`,
    received_at: `${day}T10:15:02.345Z`,
    channel: 'shop',
    channel_instance: 'shopware:main:de',
    subject_web: null,
    subject_ads: null,
    subject_profile: null,
    session_key: null,
    order_key: null,
    granted: [],
    country: 'DE',
    device_class: '',
    channel_group: '',
    utm_source: '',
    utm_medium: '',
    utm_campaign: '',
    referrer_host: '',
    url_path: '',
    currency: 'EUR',
    amount_minor: lines.reduce((sum, { net }) => sum + net, 0),
    tax_minor: 0,
    shipping_minor: 0,
    discount_minor: 0,
    original_currency: 'EUR',
    original_amount_minor: 0,
    exchange_rate: 1,
    item_sku: lines.map(({ sku }) => sku),
    item_name: lines.map((line) => line.name ?? ''),
    item_category: lines.map((line) => line.category ?? ''),
    item_units: lines.map(({ units }) => units),
    item_net_minor: lines.map(({ net }) => net),
    metrics: {},
    ...fields,
  }
}

export function batchOf(topic: TopicName, values: readonly { readonly key: string; readonly value: unknown }[]): Batch {
  const encoder = new TextEncoder()
  const records = values.map(({ key, value }, offset) => ({
    offset,
    key,
    value: encoder.encode(typeof value === 'string' ? value : JSON.stringify(value)),
    appendedAtMs: Date.parse('2026-03-10T10:15:03Z'),
  }))
  return { topic, partition: 0, records, missed: 0 }
}

export const eventBatch = (events: readonly EnrichedEvent[]): Batch =>
  batchOf(
    'events.enriched.v1',
    events.map((event) => ({ key: event.id, value: event })),
  )

type Ended = { readonly outcome: 'kept' | 'dropped' | 'rejected'; readonly reason: string }
type Booked = Pick<EnrichedEvent, 'id' | 'version' | 'received_at' | 'channel'>

export function fateBatch(stage: Fates['stage'], events: readonly Booked[], ended: Ended = { outcome: 'kept', reason: '' }): Batch {
  const value: Fates = {
    stage,
    id: events.map(({ id }) => id),
    version: events.map(({ version }) => version),
    received_at: events.map(({ received_at }) => received_at),
    channel: events.map(({ channel }) => channel),
    outcome: events.map(() => ended.outcome),
    reason: events.map(() => ended.reason),
  }
  return batchOf(`fates.${stage}.v1`, [{ key: events[0]?.id ?? '', value }])
}

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Keeps what is logged, so that a test can ask for it. */
export function recordingLogger(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = []
  const at =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void lines.push({ level, message, fields })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

const lines = (n: number): Line[] => [
  { sku: `sku-${n % 5}`, units: 1 + (n % 3), net: 999 + n, name: `Product ${n % 5}`, category: n % 2 ? 'Tea' : '' },
  { sku: `sku-${(n + 1) % 5}`, units: 2, net: 500 },
  { sku: '', units: 0, net: 490 },
]

/** Ten days of every kind of event in three channels: `size` events, the same ones for the same size. */
export const season = (size: number): EnrichedEvent[] => Array.from({ length: size }, (_, n) => enriched(seasonal(n)))

function seasonal(n: number): Sketch {
  const place = {
    name: `season-${n}`,
    day: `2026-03-${String(10 + (n % 10)).padStart(2, '0')}`,
    channel: (['shop', 'marketplace', 'web'] as const)[n % 3] ?? 'shop',
    country: ['DE', 'AT', 'CH', ''][n % 4] ?? '',
    subject_web: n % 3 === 0 ? `pseudonym-${n % 17}` : null,
  }
  const kinds: readonly Partial<Sketch>[] = [
    { lines: lines(n), tax_minor: 19 },
    { lines: lines(n).slice(0, 1), tax_minor: 19 },
    { type: 'order_cancelled', lines: lines(n) },
    { type: 'refund_issued', lines: lines(n).slice(1) },
    { type: 'return_received', lines: [{ sku: `sku-${n % 5}`, units: 1, net: 0 }] },
    { type: 'marketplace_fee_charged', amount_minor: 150 },
    { type: 'ad_spend_recorded', amount_minor: 2500, metrics: { clicks: n, impressions: 10 * n } },
    { type: 'page_viewed', currency: '', original_currency: '', url_path: '/tea', device_class: 'mobile' },
  ]
  return { ...place, ...kinds[n % kinds.length] }
}
