/**
 * Every topic of the log: what flows in it, how long, who writes it, who reads it.
 *
 * - A topic has exactly one writer. A stage's handle appends to its own topics only (`Append<'consent'>`), checked by the compiler.
 * - Zone `identity` holds personal data, encrypted, for 72 hours at most. Zone `analytics` holds pseudonyms.
 * - The key of a record is the event's id, so that all versions of an event share a partition. A record with many events has the id of
 *   its first one, and only events of that one's partition (`partitionOf`). No other order is needed: corrections carry a version,
 *   consent is looked up in the ledger.
 */
import type { z } from 'zod'
import { collectedEvent, sealedEvents } from './events/collected.ts'
import { consentedColumns, consentedEvent } from './events/consented.ts'
import { enrichedColumns, enrichedEvent } from './events/enriched.ts'
import { fates } from './events/fates.ts'
import { rejectedEvent } from './events/rejected.ts'
import type { NewRecord } from './log.ts'

const hours = (n: number) => n * 3_600_000
const days = (n: number) => hours(24 * n)

export const topics = {
  'events.collected.v1': { writer: 'ingest', readers: ['consent'], zone: 'identity', schema: sealedEvents, holds: collectedEvent, retentionMs: hours(72) },
  'events.consented.v1': {
    writer: 'consent',
    readers: ['transform'],
    zone: 'analytics',
    schema: consentedEvent,
    columns: consentedColumns,
    retentionMs: days(7),
  },
  'events.enriched.v1': {
    writer: 'transform',
    readers: ['warehouse'],
    zone: 'analytics',
    schema: enrichedEvent,
    columns: enrichedColumns,
    retentionMs: days(7),
  },

  // Dead letters: one topic per stage that rejects, because a topic has one writer.
  'rejected.consent.v1': { writer: 'consent', readers: [], zone: 'identity', schema: rejectedEvent, holds: collectedEvent, retentionMs: hours(72) },
  'rejected.transform.v1': { writer: 'transform', readers: [], zone: 'analytics', schema: rejectedEvent, holds: consentedEvent, retentionMs: days(7) },

  // What became of each event, one record per batch: the books that `kanalblick audit` checks.
  'fates.consent.v1': { writer: 'consent', readers: ['warehouse'], zone: 'analytics', schema: fates, retentionMs: days(7) },
  'fates.transform.v1': { writer: 'transform', readers: ['warehouse'], zone: 'analytics', schema: fates, retentionMs: days(7) },
} as const satisfies Record<string, Topic>

export type Zone = 'identity' | 'analytics'
export type StageName = 'ingest' | 'consent' | 'transform' | 'warehouse'
export type TopicName = keyof typeof topics
type Topics = typeof topics
export type PackedTopic = { [Name in TopicName]: Topics[Name] extends { readonly columns: object } ? Name : never }[TopicName]
export type ValueOf<Name extends TopicName> = z.infer<(typeof topics)[Name]['schema']>

export type TopicsWrittenBy<Stage extends StageName> = {
  [Name in TopicName]: Topics[Name]['writer'] extends Stage ? Name : never
}[TopicName]

/** One record that a stage asks the log to append. */
export type Append<Stage extends StageName> = {
  [Name in TopicsWrittenBy<Stage>]: { readonly topic: Name; readonly key: string; readonly value: ValueOf<Name> }
}[TopicsWrittenBy<Stage>]

/** The same, as bytes. */
export type WrittenBy<Stage extends StageName> = NewRecord & { readonly topic: TopicsWrittenBy<Stage> }

export interface Topic {
  readonly writer: StageName
  readonly readers: readonly StageName[]
  readonly zone: Zone
  /** Of what a stage appends. */
  readonly schema: z.ZodType
  /** A record holds several such values: one as it is, more in these columns. */
  readonly columns?: object
  /** What stands encoded in its records. */
  readonly holds?: z.ZodType
  readonly retentionMs: number
}

export const topicNames = Object.keys(topics) as TopicName[]

export const topicsReadBy = (stage: StageName): TopicName[] => topicNames.filter((name) => (topics[name].readers as readonly StageName[]).includes(stage))
