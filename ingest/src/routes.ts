/** The HTTP endpoints of the collectors: CloudEvents and Segment. */
import { randomUUID } from 'node:crypto'
import type { Logger } from '@kanalblick/stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Collector } from './collector.ts'
import type { IngestLimits } from './config.ts'
import { IngestError, type IngestErrorCode } from './errors.ts'
import type { Collecting, WriteKey } from './ports.ts'
import { createProtocols, type Protocol } from './protocols.ts'
import type { RequestReader, Sender, SentRequest } from './reader.ts'
import { allowOrigin, answerPreflight, answerSettings, createAnswerError } from './request/answers.ts'
import { readBody } from './request/body.ts'
import { writeKeyIn } from './request/credentials.ts'
import { createRateLimit } from './request/rate-limit.ts'

export interface IngestRoutesOptions {
  readonly collector: Collector
  readonly reader: RequestReader
  readonly findWriteKey: (key: string) => Promise<WriteKey | undefined>
  /** Whether any write key allows this origin: browsers ask before they show the key. */
  readonly isKnownOrigin: (origin: string) => Promise<boolean>
  readonly limits: IngestLimits
  readonly logger: Logger
  readonly metrics?: IngestMetrics
}

export interface IngestMetrics {
  accepted(collector: Collecting, events: number): void
  /** How many of the accepted events the collector could not map. */
  malformed(collector: Collecting, events: number): void
  refused(collector: Collecting, code: IngestErrorCode): void
}

export function ingestRoutes(options: IngestRoutesOptions): FastifyPluginAsync {
  return async (server) => {
    server.removeAllContentTypeParsers()
    // Browsers send JSON as text/plain; the body is read by hand, whatever it is called.
    server.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    server.setErrorHandler(createAnswerError(options.logger))
    const receive = createReceive(options)
    for (const [path, protocol] of createProtocols(options.limits)) {
      server.post(path, receive(path, protocol))
      server.options(path, (request, reply) => answerPreflight(request, reply, options))
    }
    server.get<{ Params: { writeKey: string } }>('/v1/projects/:writeKey/settings', (request, reply) => answerSettings(request, reply, options))
  }
}

/** Answers 2xx only once the events survive a crash. */
function createReceive(options: IngestRoutesOptions) {
  const { collector, reader, limits, metrics } = options
  const admit = createAdmit(options)
  return (path: string, { collector: name, status }: Protocol) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      try {
        const shown = writeKeyIn(request.headers.authorization)
        // With a key in the header, strangers are refused before their body is read.
        const early = shown === undefined ? undefined : await admit(shown, request, reply)
        const sent: SentRequest = { path, headers: headersOf(request), body: await readBody(request.raw, limits) }
        const { channel, channelInstance, consentCategories } = early ?? (await admit(await reader.writeKeyIn(sent), request, reply))
        const writeKey = { channel, channelInstance, ...(consentCategories && { consentCategories }) }
        const { records, events, malformed, answer } = await reader.read(sent, { writeKey, arrival: arrivalOf(request), receivedAt: collector.arrival() })
        await collector.append(records, { channel, channelInstance, collector: name })
        metrics?.accepted(name, events)
        metrics?.malformed(name, malformed)
        return reply.status(status).send(answer)
      } catch (error) {
        metrics?.refused(name, error instanceof IngestError ? error.code : 'STORAGE_UNAVAILABLE')
        throw error
      }
    }
}

/** @throws IngestError WRITE_KEY_UNKNOWN, ORIGIN_NOT_ALLOWED, RATE_LIMITED */
function createAdmit({ findWriteKey, limits }: IngestRoutesOptions) {
  const takeRequest = createRateLimit({ perMinute: limits.requestsPerMinute, nowMs: () => performance.now() })
  return async (key: string | undefined, { headers }: FastifyRequest, reply: FastifyReply): Promise<WriteKey> => {
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
}

/** The content type and the attributes of a CloudEvent in binary mode. */
const headersOf = ({ headers }: FastifyRequest): SentRequest['headers'] =>
  Object.fromEntries(
    Object.entries(headers).filter((header): header is [string, string] => /^(content-type|ce-.+)$/.test(header[0]) && typeof header[1] === 'string'),
  )

const arrivalOf = ({ headers }: FastifyRequest): Sender['arrival'] => ({
  id: randomUUID(),
  // Without an origin the sender is a server, and its user agent is not the visitor's.
  userAgent: headers.origin === undefined ? undefined : headers['user-agent'],
  objects: headers['sec-gpc'] === '1' || headers['dnt'] === '1',
})
