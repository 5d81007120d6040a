/** What a collector is given, and what collectors agree on among themselves. */
import type { Channel, CollectedEvent, Identifier, PurposeId, SealedEvents } from '@kanalblick/stream'

/** Lets a source send events to one channel instance. It can write and do nothing else, so it may lie open in a web page. */
export interface WriteKey {
  readonly id: string
  readonly channel: Channel
  readonly channelInstance: string
  /** Origins (`https://shop.example`) whose pages may send with this key. Clients outside a browser send no origin and are not asked. */
  readonly origins: readonly string[]
  /** What the consent categories of the source's banner mean; names that are missing here fall back to the common ones. */
  readonly consentCategories?: Readonly<Record<string, readonly PurposeId[]>>
}

/** Where events come from. */
export interface Origin {
  readonly channel: Channel
  readonly channelInstance: string
  readonly collector: Collecting
}

export interface CollectPorts {
  /** Seals events of one arrival, in as few records as they fit in. */
  readonly seal: (events: readonly CollectedEvent[]) => readonly SealedEvents[]
  /** How many partitions `events.collected.v1` has. */
  readonly partitions: number
  /** A keyed hash formatted as UUID: the same for the same input, not guessable without the key. */
  readonly eventId: (namespace: string, nativeId: string) => string
}

export type Collecting = CollectedEvent['collector']
export type Context = CollectedEvent['context']
export type ConsentSignal = NonNullable<CollectedEvent['consent']>

/** What a collector understood, before the event gets its id and is sealed. */
export interface SourceEvent {
  /** A name of the catalogue, or the source's own name: the consent stage rejects what the catalogue does not know. */
  readonly type: string
  /** The source's id of the event. It decides the event's id unless the catalogue names fields that identify it better. */
  readonly nativeId: string
  /** ISO 8601 with offset; the time of receipt when the source says nothing. */
  readonly time?: string
  readonly version?: number
  /** Tells sources with own id sequences apart within a channel instance. */
  readonly source?: string
  readonly identifiers: readonly Identifier[]
  readonly sessionId?: string
  readonly consent?: ConsentSignal
  readonly context: Context
  readonly data: Readonly<Record<string, unknown>>
  /** Which rule the source broke; quotes no value. The event becomes a dead letter. */
  readonly malformed?: string
}

/** @param received what came, so that it can be sent again once its source is mended; sealed like every payload, and gone after 72 hours */
export const malformedEvent = (event: Pick<SourceEvent, 'type' | 'nativeId'> & Partial<SourceEvent>, malformed: string, received?: string): SourceEvent => ({
  type: event.type,
  nativeId: event.nativeId,
  ...(event.time !== undefined && { time: event.time }),
  ...(event.source !== undefined && { source: event.source }),
  identifiers: [],
  context: {},
  data: received === undefined ? {} : { received },
  malformed,
})
