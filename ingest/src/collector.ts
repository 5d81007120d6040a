/** Gives events their id, seals them and appends them: the one way into the log. */
import { type Append, type Channel, type CollectedEvent, collectedEvent, parserOf, type SealedEvents } from '@kanalblick/stream'
import { IngestError } from './errors.ts'
import { identityOf } from './identity.ts'
import { type Collecting, type CollectorPorts, malformedEvent, type SourceEvent } from './ports.ts'

export interface Origin {
  readonly channel: Channel
  readonly channelInstance: string
  readonly collector: Collecting
}

export interface Collector {
  /**
   * Resolves once all events survive a crash; then none of them is lost. Trouble with one event is marked on that event.
   * @throws IngestError STORAGE_UNAVAILABLE: nothing was accepted for certain, sending again is safe
   */
  accept(events: readonly SourceEvent[], origin: Origin): Promise<void>
}

const retryAfterSeconds = 5
const oldestMs = Date.UTC(1990, 0, 1)
const aheadMs = 24 * 3_600_000
const longestStandstillMs = 3_600_000

export function createCollector({ append, seal, partitionOf, eventId, now, logger }: CollectorPorts): Collector {
  const collect = createCollect(eventId)
  const arrival = createArrivalClock(now)
  return {
    async accept(events, origin) {
      if (events.length === 0) return
      try {
        const receivedAt = arrival()
        const collected = events.map((event) => collect(event, origin, receivedAt))
        const records = byPartition(collected, partitionOf).flatMap((together) => seal(together).map(toRecord))
        await append(records)
      } catch (error) {
        logger.error('events could not be stored', { channel: origin.channel, collector: origin.collector, events: events.length, error })
        throw new IngestError('STORAGE_UNAVAILABLE', { retryAfterSeconds, cause: error })
      }
    },
  }
}

/**
 * Stands still while a clock that was set back catches up: of two choices of a person the later one counts, and it is told by the time of
 * arrival. A clock that went back by more than an hour is believed: no key would seal what lies so far ahead.
 */
function createArrivalClock(now: () => Date): () => Date {
  let latestMs = Number.NEGATIVE_INFINITY
  return () => {
    const nowMs = now().getTime()
    latestMs = latestMs - nowMs > longestStandstillMs ? nowMs : Math.max(latestMs, nowMs)
    return new Date(latestMs)
  }
}

/** All versions of an event meet in one partition, so what is sealed together must belong to the same one. */
function byPartition(events: readonly CollectedEvent[], partitionOf: CollectorPorts['partitionOf']): CollectedEvent[][] {
  const partitions = new Map<number, CollectedEvent[]>()
  for (const event of events) {
    const partition = partitionOf(event.id)
    const together = partitions.get(partition)
    if (together) together.push(event)
    else partitions.set(partition, [event])
  }
  return [...partitions.values()]
}

/** The first event's id leads to the partition of them all. */
const toRecord = (sealed: SealedEvents): Append<'ingest'> => ({ topic: 'events.collected.v1', key: sealed.id[0] as string, value: sealed })

const parse = parserOf(collectedEvent)

/** Whatever a source says, what comes of it fits the envelope. */
function createCollect(eventId: CollectorPorts['eventId']) {
  return function collect(event: SourceEvent, origin: Origin, receivedAt: Date): CollectedEvent {
    const identity = identityOf(event, origin)
    const parsed = parse({
      id: eventId(identity.namespace, identity.nativeId),
      version: identity.version,
      time: event.time ?? receivedAt.toISOString(),
      received_at: receivedAt.toISOString(),
      channel: origin.channel,
      channel_instance: origin.channelInstance,
      schema_version: 1,
      collector: origin.collector,
      type: event.type.slice(0, 200),
      identifiers: event.identifiers,
      ...(event.consent && { consent: event.consent }),
      context: event.context,
      data: event.data,
      ...(event.malformed !== undefined && { malformed: event.malformed.slice(0, 500) }),
    })
    if (parsed.success && timely(parsed.data, receivedAt)) return parsed.data
    if (event.malformed !== undefined && event.time === undefined) throw new TypeError('A malformed event without time must fit the envelope.')
    return collect(malformedNow(event, parsed.success ? 'time is out of range' : rulesBroken(parsed.error.issues)), origin, receivedAt)
  }
}

const malformedNow = ({ type, nativeId, source, data }: SourceEvent, rule: string) =>
  malformedEvent({ type, nativeId, ...(source !== undefined && { source }) }, rule, JSON.stringify(data))

const timely = (event: CollectedEvent, receivedAt: Date) => {
  const ms = Date.parse(event.time)
  return ms >= oldestMs && ms <= receivedAt.getTime() + aheadMs
}

/** Places and rules, no values. Keys below `data` and `purposes` are the source's own words, so the path ends there. */
const rulesBroken = (issues: readonly { path: readonly PropertyKey[]; code: string }[]) =>
  issues
    .slice(0, 5)
    .map(({ path, code }) => `${path.slice(0, 2).join('.')}: ${code}`)
    .join('; ')
