/** The two protocols of the HTTP endpoints: how each is read and answered. */
import { fromCloudEvent } from './cloudevents/event.ts'
import { type Headers, readCloudEvents } from './cloudevents/request.ts'
import type { Collecting, SourceEvent } from './ports.ts'
import type { Arrival } from './reading/arrival.ts'
import { type EventLimits, isRecord, readParts } from './reading/json.ts'
import { fromSegment, type SegmentCall, segmentCalls } from './segment/event.ts'

export interface Protocol {
  readonly collector: Collecting
  /** @throws IngestError when the body as a whole cannot be understood */
  read(body: Uint8Array, headers: Headers): Reading
  readonly status: number
  answer(events: readonly SourceEvent[]): unknown
}

interface Reading {
  /** For clients that put it in the body. */
  readonly writeKey?: string
  /** Why a write key in the body could not be read. */
  readonly fault?: string
  events(arrival: Arrival): SourceEvent[]
}

/** Every endpoint that takes events. */
export const createProtocols = (limits: EventLimits): ReadonlyMap<string, Protocol> =>
  new Map([
    ['/v1/events', cloudEvents(limits)],
    ['/v1/batch', segmentBatch(limits)],
    ['/v1/b', segmentBatch(limits)],
    // The browser client shortens a call to its first letter.
    ...segmentCalls.flatMap((call) => [`/v1/${call}`, `/v1/${call.charAt(0)}`].map((path) => [path, segmentCall(call, limits)] as const)),
  ])

export const malformedIn = (events: readonly SourceEvent[]) => events.filter((event) => event.malformed !== undefined).length

const cloudEvents = (limits: EventLimits): Protocol => ({
  collector: 'cloudevents',
  read(body, headers) {
    const parts = readCloudEvents(body, headers, limits)
    return { events: (arrival) => parts.map((part, index) => fromCloudEvent({ part, index }, arrival)) }
  },
  status: 202,
  answer: (events) => ({ accepted: events.length, malformed: malformedIn(events) }),
})

const segment = { collector: 'segment', status: 200, answer: () => ({ success: true }) } as const

const segmentBatch = (limits: EventLimits): Protocol => ({
  ...segment,
  read(body) {
    const { envelope, events: parts } = readParts(body, { list: 'batch' }, limits)
    const sharedContext = envelope['context']
    return { ...writeKeyOf(envelope), events: (arrival) => parts.flatMap((part, index) => fromSegment({ part, index, sharedContext }, arrival) ?? []) }
  },
})

const segmentCall = (call: SegmentCall, limits: EventLimits): Protocol => ({
  ...segment,
  read(body) {
    const { events: parts } = readParts(body, 'event', limits)
    const [part] = parts
    return {
      ...writeKeyOf(part?.value),
      ...(part?.fault !== undefined && { fault: part.fault }),
      events: (arrival) => parts.flatMap((part, index) => fromSegment({ part, index, call }, arrival) ?? []),
    }
  },
})

function writeKeyOf(body: unknown): Pick<Reading, 'writeKey'> {
  const writeKey = isRecord(body) && Object.hasOwn(body, 'writeKey') ? body['writeKey'] : undefined
  return typeof writeKey === 'string' ? { writeKey } : {}
}
