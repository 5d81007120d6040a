/**
 * The books that are kept outside the system: which messages were handed to it and what must become of each. Every amount occurs once, so
 * that a sum that differs tells which event it was.
 */
import type { Channel } from '@kanalblick/stream'

export const chaosChannels = ['shop', 'marketplace', 'pos'] as const satisfies readonly Channel[]
export type ChaosChannel = (typeof chaosChannels)[number]

export type Fate = 'stored' | 'no_consent' | 'rejected'
export type StoredType = 'order_placed' | 'order_cancelled' | 'refund_issued' | 'page_viewed'

/** One version of one event. */
export interface Entry {
  readonly channel: ChaosChannel
  /** Same subject, same event; its highest version counts. */
  readonly subject: string
  readonly version: number
  readonly fate: Fate
  readonly storedAs: StoredType
  /** Minor units; 0 for what has no amount. */
  readonly amountMinor: number
  /** The calendar day it counts for, `yyyy-MM-dd`. */
  readonly day: string
  /** The CloudEvent that tells it. */
  readonly message: Readonly<Record<string, unknown>>
}

/** What must be in the stores once everything has settled, all of it countable. */
export interface Expectation {
  /** Distinct versions of events, per channel. */
  readonly versions: Readonly<Record<string, { accepted: number; stored: number; dropped: number; rejected: number }>>
  /** `day channel type amountMinor` and how many events are stored so. */
  readonly events: Readonly<Record<string, number>>
}

export function expectationOf(entries: readonly Entry[]): Expectation {
  const versions: Record<string, { accepted: number; stored: number; dropped: number; rejected: number }> = {}
  const events: Record<string, number> = {}
  const newest = new Map<string, Entry>()
  for (const entry of new Map(entries.map((entry) => [`${entry.channel} ${entry.subject} ${entry.version}`, entry])).values()) {
    const sums = (versions[entry.channel] ??= { accepted: 0, stored: 0, dropped: 0, rejected: 0 })
    sums.accepted += 1
    sums[entry.fate === 'no_consent' ? 'dropped' : entry.fate] += 1
    if (entry.fate !== 'stored') continue
    const key = `${entry.channel} ${entry.subject}`
    const other = newest.get(key)
    if (!other || entry.version > other.version) newest.set(key, entry)
  }
  for (const { day, channel, storedAs, amountMinor } of newest.values()) {
    const key = `${day} ${channel} ${storedAs} ${amountMinor}`
    events[key] = (events[key] ?? 0) + 1
  }
  return { versions, events }
}

export type Random = () => number

/** Equal seeds tell equal stories. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Generator {
  /**
   * The next entries: about `orders` orders of some of the days with all that happens to them, and as much noise. Some versions come a batch later
   * than newer ones.
   */
  batch(orders: number, days?: readonly string[]): Entry[]
  /** What was kept back for a later batch. */
  rest(): Entry[]
}

export function createGenerator(random: Random): Generator {
  let number = 0
  let held: Entry[] = []
  return {
    batch(orders, days = remarkableDays) {
      const entries = held
      held = []
      for (let i = 0; i < orders; i++) {
        number += 1
        const [first, ...later] = storyOf({ number, random, days })
        // Of an order's versions any may be the late one.
        const late = later.length > 0 && random() < 0.3
        const kept = late && random() < 0.5 ? later[0] : late ? first : undefined
        for (const entry of [first, ...later]) if (entry) (entry === kept ? held : entries).push(entry)
      }
      return entries
    },
    rest() {
      const rest = held
      held = []
      return rest
    },
  }
}

/** Each entry's message one to three times, in any order. */
export function deliveries(entries: readonly Entry[], random: Random): Entry[] {
  const copies = entries.flatMap((entry) => Array.from({ length: 1 + Math.floor(random() * 3) }, () => entry))
  for (let i = copies.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[copies[i], copies[j]] = [copies[j] as Entry, copies[i] as Entry]
  }
  return copies
}

/** Two days of each change of clocks, the end of a month, and days between. */
const remarkableDays = ['2026-03-01', '2026-03-02', '2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31', '2026-04-01', '2025-10-26', '2025-10-27']

function storyOf({ number, random, days }: { number: number; random: Random; days: readonly string[] }): Entry[] {
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
  const channel = pick(chaosChannels)
  const day = pick(days)
  const time = `${day}T${String(6 + Math.floor(random() * 12)).padStart(2, '0')}:30:00Z`
  const base = { channel, day, version: 1, amountMinor: 0, storedAs: 'page_viewed' as const }
  const told = (kind: string, type: string, data: unknown, at: string | undefined = time) => ({
    specversion: '1.0',
    id: `${kind}-${number}`,
    source: 'chaos',
    type,
    time: at,
    data,
  })
  const amount = (slot: number) => number * 10 + slot
  const totals = (slot: number) => ({
    currency: 'EUR',
    total_net_minor: amount(slot),
    items: [{ sku: `sku-${number % 7}`, quantity: 1 + (number % 3), line_net_minor: amount(slot) }],
  })
  const kind = random()
  if (kind < 0.6) {
    const order_id = `O-${number}`
    const order = { ...base, subject: order_id, storedAs: 'order_placed' as const, fate: 'stored' as const }
    const entries: Entry[] = [{ ...order, amountMinor: amount(0), message: told('order', 'order_placed', { order_id, ...totals(0) }) }]
    for (let version = 2; version <= 3 && random() < 0.4; version++) {
      const data = { order_id, ...totals(version), placed_at: time, revision: version }
      entries.push({ ...order, version, amountMinor: amount(version), message: told(`update${version}`, 'order_updated', data) })
    }
    const takenBack = random()
    if (takenBack < 0.2) {
      const message = told('cancel', 'order_cancelled', { order_id, ...totals(5) })
      entries.push({ ...order, subject: `cancel ${order_id}`, storedAs: 'order_cancelled', amountMinor: amount(5), message })
    } else if (takenBack < 0.4) {
      const message = told('refund', 'refund_issued', { order_id, refund_id: `R-${number}`, ...totals(6) })
      entries.push({ ...order, subject: `refund ${order_id}`, storedAs: 'refund_issued', amountMinor: amount(6), message })
    }
    return entries
  }
  const subject = `other ${number}`
  if (kind < 0.75) {
    const data = {
      url_path: '/shoes',
      identifiers: [{ kind: 'email', value: `visitor-${number}@example.com` }],
      consent: { purposes: { web_analytics: true } },
    }
    return [{ ...base, subject, fate: 'stored', message: told('view', 'page_viewed', data) }]
  }
  if (kind < 0.87) return [{ ...base, subject, fate: 'no_consent', message: told('unseen', 'page_viewed', { url_path: '/shoes' }) }]
  const wrong = pick([
    told('untyped', 'order_teleported', { order_id: `O-${number}`, ...totals(7) }),
    told('invalid', 'order_placed', { order_id: `W-${number}`, ...totals(7), total_net_minor: 'much' }),
    told('malformed', 'order_placed', 'no object'),
  ])
  return [{ ...base, subject, fate: 'rejected', message: wrong }]
}
