/** What a request is answered besides the events' receipt: refusals, preflights, a browser client's settings. */
import type { Logger } from '@kanalblick/stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { IngestError } from '../errors.ts'
import type { IngestRoutesOptions } from '../routes.ts'

const preflightSeconds = 7200
const requestHeaders = 'authorization, content-type, content-encoding, ce-id, ce-source, ce-specversion, ce-time, ce-type'

/** No credentials: the key says who sends, cookies never do. */
export function allowOrigin(reply: FastifyReply, origin: string): void {
  void reply.header('access-control-allow-origin', origin).header('vary', 'Origin')
}

/** A browser asks before it shows its key, so an origin passes that any key allows; the request itself must match its own key. */
export async function answerPreflight(request: FastifyRequest, reply: FastifyReply, { isKnownOrigin }: Pick<IngestRoutesOptions, 'isKnownOrigin'>) {
  const { origin } = request.headers
  if (origin !== undefined && (await isKnownOrigin(origin))) {
    allowOrigin(reply, origin)
    void reply
      .header('access-control-allow-methods', 'POST')
      .header('access-control-allow-headers', requestHeaders)
      .header('access-control-max-age', preflightSeconds)
  }
  return reply.status(204).send()
}

/** The browser client asks where to send and what else to load: here, and nothing. */
export async function answerSettings(
  request: FastifyRequest<{ Params: { writeKey: string } }>,
  reply: FastifyReply,
  { findWriteKey }: Pick<IngestRoutesOptions, 'findWriteKey'>,
) {
  const { writeKey } = request.params
  const found = await findWriteKey(writeKey)
  if (!found) throw new IngestError('WRITE_KEY_UNKNOWN')
  const { origin } = request.headers
  if (origin !== undefined && found.origins.includes(origin)) allowOrigin(reply, origin)
  return { integrations: { 'Segment.io': { apiKey: writeKey, apiHost: `${request.host}/v1`, protocol: request.protocol } } }
}

export const createAnswerError =
  (logger: Logger) =>
  (error: Error & { statusCode?: number; code?: string }, request: FastifyRequest, reply: FastifyReply): void => {
    const refused = error instanceof IngestError || (error.statusCode !== undefined && error.statusCode < 500)
    if (!refused) logger.error('request failed', { method: request.method, route: request.routeOptions.url, error })
    const answered = refused ? error : new IngestError('STORAGE_UNAVAILABLE', { retryAfterSeconds: 5 })
    if (answered instanceof IngestError && answered.retryAfterSeconds !== undefined) void reply.header('retry-after', answered.retryAfterSeconds)
    if (answered.statusCode === 401) void reply.header('www-authenticate', 'Bearer')
    void reply.status(answered.statusCode ?? 503).send({ error: { code: answered.code, message: answered.message } })
  }
