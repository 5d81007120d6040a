/** Where can a shopper be read? Answered from what was seeded and what lies in the stores, not by the product's own search. */
import { createScanner } from '../../leak/scan.ts'
import type { Dump } from './dump.ts'
import { identifierNeedles, isOf, type Shopper } from './shoppers.ts'

export interface Traces {
  /** How the shopper is called in zone identity; kept on the suppression list by design. */
  readonly refs: ReadonlySet<string>
  /** Pseudonyms, session keys, order keys: the hexadecimal digits. */
  readonly keys: ReadonlySet<string>
  readonly eventIds: ReadonlySet<string>
  /** How many rows of each store are the shopper's. */
  readonly rows: Readonly<Record<string, number>>
}

const keyed = /v1:(?:[a-z]+:)?([0-9a-f]{32})/g
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** Stands for orders of the erased, by a key of its own. */
const suppression = 'suppressed_subjects'
const byReference = ['consent_current', 'subject_links', 'subject_orders', 'subject_pseudonyms', 'subject_requests']
/** Where the shopper's word stands beside what names them. */
const pseudonymous = ['events.consented.v1', 'events.enriched.v1', 'rejected.transform.v1']
const marked = ['consent_records', 'events', ...pseudonymous]

const names = (row: string, eventIds: ReadonlySet<string>) => Array.from(row.matchAll(uuid)).some(([id]) => eventIds.has(id))
const digitsIn = (row: string) => Array.from(row.matchAll(keyed), ([, digits]) => digits as string)

/** What leads to the shopper in a dump from before the erasure. */
export function tracesOf(shopper: Shopper, { rows }: Dump): Traces {
  const refs = new Set<string>()
  const keys = new Set<string>()
  const eventIds = new Set<string>()
  const counts: Record<string, number> = {}
  for (const store of marked) {
    for (const row of (rows.get(store) ?? []).filter((text) => isOf(shopper, text))) {
      counts[store] = (counts[store] ?? 0) + 1
      for (const digits of digitsIn(row)) (store === 'consent_records' ? refs : keys).add(digits)
      if (store !== 'consent_records') for (const [id] of row.matchAll(uuid)) eventIds.add(id)
    }
  }
  for (const store of byReference) {
    for (const row of (rows.get(store) ?? []).filter((text) => digitsIn(text).some((digits) => refs.has(digits)))) {
      counts[store] = (counts[store] ?? 0) + 1
      for (const digits of digitsIn(row)) if (!refs.has(digits)) keys.add(digits)
    }
  }
  return { refs, keys, eventIds, rows: counts }
}

/** Places by store and by file: what is left of the shopper, beside the references on the suppression list. */
export function find(shopper: Shopper, { refs, keys }: Traces, { rows, files }: Dump): Record<string, number> {
  const found: Record<string, number> = {}
  const add = (place: string, times: number) => {
    if (times > 0) found[place] = (found[place] ?? 0) + times
  }
  const raw = createScanner(identifierNeedles(shopper))
  for (const [store, lines] of rows) {
    for (const line of lines) {
      const named = digitsIn(line)
      add(store, named.filter((digits) => keys.has(digits) || (store !== suppression && refs.has(digits))).length)
      add(store, raw.count(Buffer.from(line)))
    }
  }
  // A reference stands in the list and in the index of its key.
  const listed = 2 * (rows.get(suppression) ?? []).flatMap(digitsIn).filter((digits) => refs.has(digits)).length
  for (const [path, text] of files) {
    const hits = wordsIn(text)
    add(path, hits.filter((digits) => keys.has(digits)).length)
    const ofRefs = hits.filter((digits) => refs.has(digits)).length
    add(path, path === 'ledger.sqlite' ? Math.max(0, ofRefs - listed) : ofRefs)
    add(path, raw.count(Buffer.from(text, 'latin1')))
  }
  return found
}

/** By topic of pseudonymous events: how many records name an event of the shopper, by their key too. */
export function namingEvents({ eventIds }: Traces, { rows }: Dump): Record<string, number> {
  const counts = pseudonymous.map((topic) => [topic, (rows.get(topic) ?? []).filter((row) => names(row, eventIds)).length] as const)
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

/** Every run of 32 hexadecimal digits, wherever it begins in a longer one. */
function wordsIn(text: string): string[] {
  const words: string[] = []
  for (const [run] of text.matchAll(/[0-9a-f]{32,}/g)) for (let at = 0; at + 32 <= run.length; at++) words.push(run.slice(at, at + 32))
  return words
}

/** Sums that change when events of behaviour go, lists that an erasure writes, and what every start of a server writes. */
const derived = [
  'rollup_channel_day',
  'rollup_product_day',
  'rollup_sku_day',
  'rollup_sku_week',
  'rollup_product_month',
  'stale_days',
  'stale_months',
  'erased_events',
  'subject_requests',
  suppression,
  'sign_in_codes',
]

/** All rows that are not the shopper's, newest versions, by store: an erasure leaves them as they are, to the byte. */
export function othersRows(shopper: Shopper, { refs, keys, eventIds }: Traces, { newest }: Dump): Record<string, readonly string[]> {
  const isTheirs = (row: string) => isOf(shopper, row) || digitsIn(row).some((digits) => refs.has(digits) || keys.has(digits)) || names(row, eventIds)
  return Object.fromEntries([...newest].filter(([store]) => !derived.includes(store)).map(([store, rows]) => [store, rows.filter((row) => !isTheirs(row))]))
}
