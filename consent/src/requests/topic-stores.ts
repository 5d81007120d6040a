/** What the topics of the log hold of a person. */
import {
  type CollectedEvent,
  type Erasure,
  type Holding,
  type Identifier,
  type Log,
  type LogPlace,
  type LogRecord,
  type PackedTopic,
  rejectedEvent,
  type SubjectKeys,
  type SubjectRow,
  type SubjectStore,
  sealedEvents,
  type TopicName,
  toBytes,
  topics,
  valuesIn,
} from '@kanalblick/stream'
import type { ConsentConfig } from '../config.ts'
import type { Keyring } from '../keyring.ts'
import type { Names } from '../names.ts'
import { pseudonymsOf } from '../subject.ts'
import { isPersonal } from './person.ts'

interface TopicStoresParts {
  readonly log: Pick<Log, 'scan' | 'erase' | 'canErase'>
  readonly keyring: Pick<Keyring, 'open' | 'mac'>
  readonly names: Pick<Names, 'subjectOf' | 'orderKey'>
  readonly config: ConsentConfig
  readonly now: () => Date
}

export const createTopicStores = (parts: TopicStoresParts): SubjectStore[] => [
  sealedStore('events.collected.v1', 'collected_events', parts),
  sealedStore('rejected.consent.v1', 'dead_letters', parts),
  pseudonymousStore('events.consented.v1', 'consented_events', parts),
  pseudonymousStore('events.enriched.v1', 'enriched_events', parts),
  pseudonymousStore('rejected.transform.v1', 'dead_letters', parts),
]

interface Found {
  readonly place: LogPlace
  readonly appendedAtMs: number
  readonly row: SubjectRow
}

/**
 * An event that names somebody else too, by more than a shared telephone or device, is somebody else's.
 *
 * Encrypted with the key of the hour: unreadable once that key is destroyed, wherever copies lie. Until then nothing reads the person from
 * it, because every event of theirs that is read again is met by the suppression list.
 */
function sealedStore(name: TopicName, what: string, { log, keyring, names }: TopicStoresParts): SubjectStore {
  const events = async function* (): AsyncGenerator<Found & { readonly event: CollectedEvent }, void> {
    for await (const { place, record } of recordsOf(log, name)) {
      for (const event of opened(record, keyring)) yield { place, appendedAtMs: record.appendedAtMs, row: event, event }
    }
  }
  /** Named by an identifier, by an order of theirs, or nameless in a session of theirs. */
  async function* find({ refs, orderKeys }: SubjectKeys): AsyncGenerator<Found, void> {
    const subjects = new Set(refs)
    const orders = new Set(orderKeys)
    const isOwn = (identifier: Identifier) => subjects.has(names.subjectOf(identifier).ref)
    const isTheirs = ({ identifiers, channel_instance, data }: CollectedEvent) =>
      (identifiers.some(isOwn) || orders.has(names.orderKey(channel_instance, data['order_id']) ?? '')) &&
      !identifiers.some((identifier) => isPersonal(identifier.kind) && !isOwn(identifier))
    const sessions = new Set<string>()
    for await (const { event } of events()) if (isTheirs(event) && event.session_id !== undefined) sessions.add(sessionOf(event))
    for await (const found of events()) {
      if (isTheirs(found.event) || (found.event.identifiers.length === 0 && sessions.has(sessionOf(found.event)))) yield found
    }
  }
  return {
    name,
    async holdings(keys) {
      let rows = 0
      let lastMs = 0
      for await (const { appendedAtMs } of find(keys)) {
        rows++
        lastMs = Math.max(lastMs, appendedAtMs)
      }
      return rows > 0 ? [{ what, rows, onErasure: 'expire', reason: 'key_expiry', until: new Date(lastMs + topics[name].retentionMs).toISOString() }] : []
    },
    async *rows(keys) {
      for await (const { row } of find(keys)) yield row
    },
    erase: async () => undefined,
    remaining: async () => 0,
  }
}

const sessionOf = ({ channel_instance, session_id }: CollectedEvent) => `${channel_instance} ${session_id ?? ''}`

/** Sealed events, or a dead letter that holds some. */
function opened(record: LogRecord, keyring: Pick<Keyring, 'open'>): readonly CollectedEvent[] {
  const value = parsed(record.value)
  const letter = rejectedEvent.safeParse(value)
  const sealed = sealedEvents.safeParse(letter.success ? parsed(Buffer.from(letter.data.record, 'base64')) : value)
  return (sealed.success && keyring.open(sealed.data)) || []
}

interface Pseudonymous {
  readonly subject_web: string | null
  readonly subject_ads: string | null
  readonly subject_profile: string | null
  readonly session_key: string | null
  readonly order_key: string | null
}

type PseudonymousTopic = PackedTopic | 'rejected.transform.v1'

/** No collector takes what is older. */
const oldest = '1990-01-01T00:00:00.000Z'

/** Pseudonymous events: erased where the log can do that, else gone with the topic's retention. */
function pseudonymousStore(name: PseudonymousTopic, what: string, { log, keyring, config, now }: TopicStoresParts): SubjectStore {
  const derived = pseudonymsOf(keyring, config)
  // An event that was delivered late is here for a while, however long ago it happened: longer than pseudonyms are known elsewhere.
  const ofAnyTime = (ref: string) => derived(ref, oldest, now().toISOString())
  async function find({ refs, pseudonyms, orderKeys }: SubjectKeys): Promise<Found[]> {
    const subjects = new Set([...pseudonyms, ...refs.flatMap(ofAnyTime)])
    const orders = new Set(orderKeys)
    const found: Found[] = []
    const sessions = new Set<string>()
    const withoutSubject = new Map<string, Found[]>()
    for await (const { place, record } of recordsOf(log, name)) {
      for (const event of pseudonymousIn(record, name)) {
        const { subject_web, subject_ads, subject_profile, session_key, order_key } = event
        const entry = { place, appendedAtMs: record.appendedAtMs, row: event as unknown as SubjectRow }
        const named = [subject_web, subject_ads, subject_profile]
        if (named.some((subject) => subject !== null && subjects.has(subject)) || (order_key !== null && orders.has(order_key))) {
          found.push(entry)
          if (session_key !== null) sessions.add(session_key)
        } else if (session_key !== null && named.every((subject) => subject === null)) {
          withoutSubject.set(session_key, [...(withoutSubject.get(session_key) ?? []), entry])
        }
      }
    }
    return [...found, ...[...sessions].flatMap((session) => withoutSubject.get(session) ?? [])]
  }
  return {
    name,
    async holdings(keys) {
      const found = await find(keys)
      if (found.length === 0) return []
      const onErasure = log.canErase ? ({ onErasure: 'delete' } as const) : expiring(found, topics[name].retentionMs)
      return [{ what, rows: found.length, ...onErasure }]
    },
    async *rows(keys) {
      for (const { row } of await find(keys)) yield row
    },
    async erase(keys) {
      if (log.canErase) await log.erase(erasuresOf(await find(keys), name))
    },
    remaining: async (keys) => (log.canErase ? (await find(keys)).length : 0),
  }
}

const expiring = (found: readonly Found[], retentionMs: number): Pick<Holding, 'onErasure' | 'reason' | 'until'> => {
  const lastMs = found.reduce((last, { appendedAtMs }) => Math.max(last, appendedAtMs), 0)
  return { onErasure: 'expire', reason: 'topic_retention', until: new Date(lastMs + retentionMs).toISOString() }
}

/** Of a record with several events the others stay. */
function erasuresOf(found: readonly Found[], name: PseudonymousTopic): Erasure[] {
  if (name === 'rejected.transform.v1') return found.map(({ place }) => place)
  const erasures = new Map<string, { readonly place: LogPlace; readonly events: Set<string> }>()
  for (const { place, row } of found) {
    const key = `${place.partition} ${place.offset}`
    const erasure = erasures.get(key) ?? { place, events: new Set() }
    erasure.events.add(versionOf(row))
    erasures.set(key, erasure)
  }
  return Array.from(erasures.values(), ({ place, events }) => ({
    ...place,
    left: (value) =>
      toBytes(
        name,
        valuesIn(name, value).filter((event) => !events.has(versionOf(event as SubjectRow))),
      ),
  }))
}

const versionOf = ({ id, version }: SubjectRow) => JSON.stringify([id, version])

function pseudonymousIn({ value }: LogRecord, name: PseudonymousTopic): Pseudonymous[] {
  if (name !== 'rejected.transform.v1') return eventsIn(name, value)
  const letter = rejectedEvent.safeParse(parsed(value))
  return letter.success ? eventsIn('events.consented.v1', Buffer.from(letter.data.record, 'base64')) : []
}

function eventsIn(name: PackedTopic, bytes: Uint8Array): Pseudonymous[] {
  try {
    return valuesIn(name, bytes).filter(isObject).map(pseudonymous)
  } catch {
    return []
  }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null

function pseudonymous(event: unknown): Pseudonymous {
  const { subject_web = null, subject_ads = null, subject_profile = null, session_key = null, order_key = null } = event as Partial<Pseudonymous>
  return { ...(event as object), subject_web, subject_ads, subject_profile, session_key, order_key }
}

async function* recordsOf(log: Pick<Log, 'scan'>, name: TopicName): AsyncGenerator<{ place: LogPlace; record: LogRecord }, void> {
  for await (const { topic, partition, records } of log.scan(name)) {
    for (const record of records) yield { place: { topic, partition, offset: record.offset }, record }
  }
}

function parsed(value: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'))
  } catch {
    return undefined
  }
}
