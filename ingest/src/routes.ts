/** The HTTP endpoints of the collectors: CloudEvents and Segment. */
import { randomUUID } from 'node:crypto'
import type { Logger } from '@kanalblick/stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { fromCloudEvent } from './cloudevents/event.ts'
import { readCloudEvents } from './cloudevents/request.ts'
import type { Collector } from './collector.ts'
import type { IngestLimits } from './config.ts'
import { IngestError, type IngestErrorCode } from './errors.ts'
import type { Collecting, SourceEvent, WriteKey } from './ports.ts'
import type { Arrival } from './reading/arrival.ts'
import { createReadDevice } from './reading/device.ts'
import { isRecord, readParts } from './reading/json.ts'
import { allowOrigin, answerPreflight, answerSettings, createAnswerError } from './request/answers.ts'
import { readBody } from './request/body.ts'
import { writeKeyIn } from './request/credentials.ts'
import { createRateLimit } from './request/rate-limit.ts'
import { fromSegment, type SegmentCall, segmentCalls } from './segment/event.ts'

export interface IngestRoutesOptions {
  readonly collector: Collector
  readonly findWriteKey: (key: string) => Promise<WriteKey | undefined>
  /** Whether any write key allows this origin: browsers ask before they show the key. */
  readonly isKnownOrigin: (origin: string) => Promise<boolean>
  readonly limits: IngestLimits
  readonly logger: Logger
  readonly metrics?: IngestMetrics
}

export interface IngestMetrics {
  accepted(collector: Collecting, events: number): void
  malformed(collector: Collecting, events: number): void
  refused(collector: Collecting, code: IngestErrorCode): void
}

/** Understands one protocol: the body's events once the sender is known. */
interface Protocol {
  readonly collector: Collecting
  read(body: Uint8Array, request: FastifyRequest): Reading
  answer(events: readonly SourceEvent[]): unknown
}

interface Reading {
  readonly writeKey?: string
  /** Why the write key in the body could not be read. */
  readonly fault?: string
  events(arrival: Arrival): SourceEvent[]
}

const paths: readonly (readonly [path: string, call: SegmentCall | 'batch'])[] = [
  ['/v1/batch', 'batch'],
  ['/v1/b', 'batch'],
  ...segmentCalls.flatMap((call) => [[`/v1/${call}`, call] as const, [`/v1/${call.charAt(0)}`, call] as const]),
]

export function ingestRoutes(options: IngestRoutesOptions): FastifyPluginAsync {
  const { limits } = options
  const cloudEvents: Protocol = {
    collector: 'cloudevents',
    read(body, request) {
      const parts = readCloudEvents(body, request.headers, limits)
      return { events: (arrival) => parts.map((part, index) => fromCloudEvent({ part, index }, arrival)) }
    },
    answer: (events) => ({ accepted: events.length, malformed: malformedIn(events) }),
  }
  const segment = (call: SegmentCall | 'batch'): Protocol => ({
    collector: 'segment',
    read(body) {
      const { envelope, events: parts } = readParts(body, call === 'batch' ? { list: 'batch' } : 'event', limits)
      const [first] = parts
      const around = call === 'batch' ? envelope : isRecord(first?.value) ? first.value : {}
      const writeKey = Object.hasOwn(around, 'writeKey') ? around['writeKey'] : undefined
      return {
        ...(typeof writeKey === 'string' && { writeKey }),
        ...(call !== 'batch' && first?.fault !== undefined && { fault: first.fault }),
        events: (arrival) =>
          parts.flatMap((part, index) => fromSegment({ part, index, sharedContext: envelope['context'], ...(call !== 'batch' && { call }) }, arrival) ?? []),
      }
    },
    answer: () => ({ success: true }),
  })

  return async (server) => {
    const receive = createReceive(options)
    server.removeAllContentTypeParsers()
    // Browsers send JSON as text/plain; the body is read by hand, whatever it is called.
    server.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    server.setErrorHandler(createAnswerError(options.logger))
    server.post('/v1/events', receive(cloudEvents))
    for (const [path, call] of paths) server.post(path, receive(segment(call)))
    for (const path of ['/v1/events', ...paths.map(([path]) => path)]) server.options(path, (request, reply) => answerPreflight(request, reply, options))
    server.get<{ Params: { writeKey: string } }>('/v1/projects/:writeKey/settings', (request, reply) => answerSettings(request, reply, options))
  }
}

function createReceive({ collector, findWriteKey, limits, metrics }: IngestRoutesOptions) {
  const readDevice = createReadDevice()
  const takeRequest = createRateLimit({ perMinute: limits.requestsPerMinute, nowMs: () => performance.now() })

  async function admit(key: string | undefined, { headers }: FastifyRequest, reply: FastifyReply): Promise<WriteKey> {
    const writeKey = key === undefined ? undefined : await findWriteKey(key)
    if (!writeKey) throw new IngestError('WRITE_KEY_UNKNOWN')
    if (headers.origin !== undefined) {
      if (!writeKey.origins.includes(headers.origin)) throw new IngestError('ORIGIN_NOT_ALLOWED')
      allowOrigin(reply, headers.origin)
    }
    const waitSeconds = takeRequest(writeKey.id)
    if (waitSeconds > 0) throw new IngestError('RATE_LIMITED', { retryAfterSeconds: waitSeconds })
    return writeKey
  }

  return (protocol: Protocol) => async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      const shown = writeKeyIn(request.headers.authorization)
      // With a key in the header, strangers are refused before their body is read.
      const early = shown === undefined ? undefined : await admit(shown, request, reply)
      const read = protocol.read(await readBody(request.raw, limits), request)
      if (!early && read.fault !== undefined) throw new IngestError('BODY_INVALID', { detail: `It ${read.fault}.` })
      const writeKey = early ?? (await admit(read.writeKey, request, reply))
      const events = read.events(arrivalOf(request, writeKey))
      await collector.accept(events, { channel: writeKey.channel, channelInstance: writeKey.channelInstance, collector: protocol.collector })
      metrics?.accepted(protocol.collector, events.length)
      metrics?.malformed(protocol.collector, malformedIn(events))
      return protocol.answer(events)
    } catch (error) {
      if (error instanceof IngestError) metrics?.refused(protocol.collector, error.code)
      throw error
    }
  }

  function arrivalOf({ headers }: FastifyRequest, { consentCategories }: WriteKey): Arrival {
    return {
      id: randomUUID(),
      // Without an origin the sender is a server, and its user agent is not the visitor's.
      userAgent: headers.origin === undefined ? undefined : headers['user-agent'],
      objects: headers['sec-gpc'] === '1' || headers['dnt'] === '1',
      consentCategories,
      readDevice,
    }
  }
}

const malformedIn = (events: readonly SourceEvent[]) => events.filter((event) => event.malformed !== undefined).length
