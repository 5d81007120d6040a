/** Which event is the same event: decided by the catalogue's identity fields, else by the source's own id. */
import { type CatalogueEntry, catalogue, isEventType } from '@kanalblick/stream'
import type { Origin, SourceEvent } from './ports.ts'

interface Identity {
  readonly namespace: string
  readonly nativeId: string
  readonly version: number
}

export function identityOf(event: SourceEvent, { channelInstance, collector }: Origin): Identity {
  const version = versionOf(event)
  const own = event.malformed === undefined && version !== undefined ? identityFields(event) : undefined
  // JSON keeps the parts apart whatever they contain.
  if (own) return { namespace: JSON.stringify([channelInstance, own.kind]), nativeId: JSON.stringify(own.values), version: version ?? 1 }
  const kind = event.malformed === undefined ? 'event' : 'malformed'
  return { namespace: JSON.stringify([channelInstance, kind, collector, event.source ?? '']), nativeId: event.nativeId, version: 1 }
}

function identityFields({ type, data }: SourceEvent): { kind: string; values: (string | null)[] } | undefined {
  const identity = isEventType(type) ? (catalogue[type] as CatalogueEntry).identity : undefined
  const [first] = identity?.fields ?? []
  // Without its first field the event is invalid: it must not take the id of another.
  if (!identity || first === undefined || !isScalar(data[first])) return undefined
  return { kind: identity.kind, values: identity.fields.map((field) => (isScalar(data[field]) ? String(data[field]) : null)) }
}

const isScalar = (value: unknown): value is string | number => (typeof value === 'string' && value !== '') || typeof value === 'number'

/** Undefined for a restated order that does not say which restatement it is: it must not replace any. */
function versionOf({ type, data, version }: SourceEvent): number | undefined {
  if (type !== 'order_updated') return version ?? 1
  const revision = data['revision']
  return typeof revision === 'number' && Number.isSafeInteger(revision) && revision >= 2 ? revision : undefined
}
