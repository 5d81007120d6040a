/** Is an access package complete, and is it about nobody else? Judged by what was seeded and by what lies in the stores. */
import { createScanner } from '../../leak/scan.ts'
import { unzip } from '../unzip.ts'
import type { Dump } from './dump.ts'
import { type Traces, tracesOf } from './oracle.ts'
import { identifierNeedles, isOf, type Shopper } from './shoppers.ts'

export interface Opened {
  readonly files: ReadonlyMap<string, Buffer>
  /** By store, as JSON. */
  readonly rows: ReadonlyMap<string, readonly unknown[]>
}

export function openPackage(zip: Buffer): Opened {
  const files = unzip(zip)
  const data = [...files].filter(([path]) => path.startsWith('data/') && path.endsWith('.json'))
  return { files, rows: new Map(data.map(([path, content]) => [path.slice(5, -5), JSON.parse(String(content)) as unknown[]])) }
}

/** Rows of the shopper in the dump that no row of the package says in full, by store. */
export function missingRows(shopper: Shopper, dump: Dump, { rows }: Opened): Record<string, readonly string[]> {
  const traces = tracesOf(shopper, dump)
  const missing: Record<string, readonly string[]> = {}
  for (const store of Object.keys(traces.rows)) {
    const told = (rows.get(store) ?? []).map((row) => new Set(leavesOf(row)))
    const lost = theirRows(store, shopper, traces, dump).filter((row) => {
      const leaves = leavesOf(storedValue(store, row))
      return !told.some((values) => leaves.every((leaf) => values.has(leaf)))
    })
    if (lost.length > 0) missing[store] = lost
  }
  return missing
}

function theirRows(store: string, shopper: Shopper, { refs }: Traces, { newest }: Dump): readonly string[] {
  const byMark = !['consent_current', 'subject_links', 'subject_orders', 'subject_pseudonyms', 'subject_requests'].includes(store)
  return (newest.get(store) ?? []).filter((row) => (byMark ? isOf(shopper, row) : [...refs].some((ref) => row.includes(ref))))
}

/** Of a topic the record's value alone; of the warehouse's rows not what is the engine's. */
function storedValue(store: string, row: string): unknown {
  const stored = JSON.parse(row) as unknown
  if (store === 'events') {
    const { insert_id: _, is_deleted: __, ...told } = stored as Record<string, unknown>
    return told
  }
  const value = store.includes('.') ? (stored as unknown[])[3] : stored
  if (!store.startsWith('rejected')) return value
  const [, rejection, rejected] = /^(.*),"record":"(.*)"\}$/.exec(value as string) ?? []
  return [JSON.parse(`${rejection}}`), JSON.parse(rejected ?? 'null')]
}

/** Every value in it, as text; texts that are JSON are looked into. */
function leavesOf(value: unknown): string[] {
  if (value === null || value === undefined || value === '') return []
  if (typeof value === 'object') return Object.values(value).flatMap(leavesOf)
  if (typeof value === 'string' && /^[[{]/.test(value)) return leavesOf(JSON.parse(value))
  return [typeof value === 'string' ? value : JSON.stringify(value)]
}

/** Names of files that hold something of somebody else. */
export function foreignFiles(others: readonly Shopper[], dump: Dump, { files }: Opened): string[] {
  const keys = others.map((other) => tracesOf(other, dump)).flatMap(({ refs, keys: own }) => [...refs, ...own])
  const scanner = createScanner([...others.flatMap(identifierNeedles), ...keys])
  return [...files].filter(([, content]) => others.some((other) => isOf(other, String(content))) || scanner.count(content) > 0).map(([path]) => path)
}
