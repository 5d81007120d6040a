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
  type RejectedEvent,
  recordWith,
  rejectedEvent,
  type SubjectKeys,
  type SubjectRow,
  type SubjectStore,
  sealedEvents,
  type TopicName,
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
    for await (const { place, record, value, rejection } of recordsOf(log, name)) {
      for (const event of opened(value, keyring)) yield { place, appendedAtMs: record.appendedAtMs, row: told(event, rejection), event }
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

function opened(value: Uint8Array, keyring: Pick<Keyring, 'open'>): readonly CollectedEvent[] {
  const sealed = sealedEvents.safeParse(parsed(value))
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
    for await (const { place, record, value, rejection } of recordsOf(log, name)) {
      for (const event of pseudonymousIn(value, name === 'rejected.transform.v1' ? 'events.consented.v1' : name)) {
        const { subject_web, subject_ads, subject_profile, session_key, order_key } = event
        const entry = { place, appendedAtMs: record.appendedAtMs, row: told(event, rejection) }
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
      recordWith(
        name,
        valuesIn(name, value).filter((event) => !events.has(versionOf(event as SubjectRow))),
      ),
  }))
}

const versionOf = ({ id, version }: SubjectRow) => JSON.stringify([id, version])

function pseudonymousIn(value: Uint8Array, name: PackedTopic): Pseudonymous[] {
  try {
    return valuesIn(name, value).filter(isObject).map(pseudonymous)
  } catch {
    return []
  }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null

function pseudonymous(event: unknown): Pseudonymous {
  const { subject_web = null, subject_ads = null, subject_profile = null, session_key = null, order_key = null } = event as Partial<Pseudonymous>
  return { ...(event as object), subject_web, subject_ads, subject_profile, session_key, order_key }
}

type Rejection = Omit<RejectedEvent, 'id' | 'record'>

interface Scanned {
  readonly place: LogPlace
  readonly record: LogRecord
  /** The record's, or of the one that a dead letter keeps. */
  readonly value: Uint8Array
  /** What a dead letter says of why that one was rejected. */
  readonly rejection?: Rejection
}

async function* recordsOf(log: Pick<Log, 'scan'>, name: TopicName): AsyncGenerator<Scanned, void> {
  const isOfLetters = topics[name].schema === rejectedEvent
  for await (const { topic, partition, records } of log.scan(name)) {
    for (const record of records)
      yield { place: { topic, partition, offset: record.offset }, record, ...(isOfLetters ? rejectedIn(record) : { value: record.value }) }
  }
}

const told = (event: object, rejection: Rejection | undefined) => (rejection ? { ...event, ...rejection } : event) as SubjectRow

function rejectedIn({ value }: LogRecord): Pick<Scanned, 'value' | 'rejection'> {
  const letter = rejectedEvent.safeParse(parsed(value))
  if (!letter.success) return { value: new Uint8Array() }
  const { id: _, record, ...rejection } = letter.data
  return { value: Buffer.from(record, 'base64'), rejection }
}

function parsed(value: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'))
  } catch {
    return undefined
  }
}
