/** Makes records of what collectors understood: gives events their id, and seals together what belongs to one partition. */
import { type Append, type CollectedEvent, collectedEvent, parserOf, partitionOf, type SealedEvents } from '@kanalblick/stream'
import { identityOf } from './identity.ts'
import { type CollectPorts, malformedEvent, type Origin, type SourceEvent } from './ports.ts'

/** Trouble with one event is marked on that event. @throws when events cannot be sealed: none was accepted then */
export type Collect = (events: readonly SourceEvent[], origin: Origin, receivedAt: Date) => Append<'ingest'>[]

export function createCollect({ seal, partitions, eventId }: CollectPorts): Collect {
  const toCollected = createToCollected(eventId)
  return (events, origin, receivedAt) => {
    const collected = events.map((event) => toCollected(event, origin, receivedAt))
    return byPartition(collected, partitions).flatMap((together) => seal(together).map(toRecord))
  }
}

/** All versions of an event meet in one partition, so what is sealed together must belong to the same one. */
function byPartition(events: readonly CollectedEvent[], count: number): CollectedEvent[][] {
  const partitions = new Map<number, CollectedEvent[]>()
  for (const event of events) {
    const partition = partitionOf(event.id, count)
    const together = partitions.get(partition)
    if (together) together.push(event)
    else partitions.set(partition, [event])
  }
  return [...partitions.values()]
}

/** The first event's id leads to the partition of them all. */
const toRecord = (sealed: SealedEvents): Append<'ingest'> => ({ topic: 'events.collected.v1', key: sealed.id[0] as string, value: sealed })

const oldestMs = Date.UTC(1990, 0, 1)
const aheadMs = 24 * 3_600_000
const parse = parserOf(collectedEvent)

/** Whatever a source says, what comes of it fits the envelope. */
function createToCollected(eventId: CollectPorts['eventId']) {
  return function toCollected(event: SourceEvent, origin: Origin, receivedAt: Date): CollectedEvent {
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
      ...(event.sessionId !== undefined && { session_id: event.sessionId }),
      ...(event.consent && { consent: event.consent }),
      context: event.context,
      data: event.data,
      ...(event.malformed !== undefined && { malformed: event.malformed.slice(0, 500) }),
    })
    if (parsed.success && timely(parsed.data, receivedAt)) return parsed.data
    if (event.malformed !== undefined && event.time === undefined) throw new TypeError('A malformed event without time must fit the envelope.')
    return toCollected(malformedNow(event, parsed.success ? 'time is out of range' : rulesBroken(parsed.error.issues)), origin, receivedAt)
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
