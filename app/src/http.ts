/** The HTTP server: mounts the routes of the roles that this process has. */
import { createHash, timingSafeEqual } from 'node:crypto'
import helmet from '@fastify/helmet'
import { consentRoutes } from '@kanalblick/consent'
import { ingestRoutes } from '@kanalblick/ingest'
import { reportRoutes } from '@kanalblick/reports'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError, isOurs } from './errors.ts'
import { operatorRoutes } from './operator-routes.ts'
import { weeklyReportRoutes } from './weekly/routes.ts'
import type { Kanalblick } from './wire.ts'

/** @param operatorToken lets the command line in, which reads it from the data directory */
export async function createServer(app: Kanalblick, operatorToken: string): Promise<FastifyInstance> {
  const { accessKeys, collector, config, identity, logger, metrics, roles, warehouse, weekly } = app
  const server = Fastify({
    logger: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    // A path that cannot be decoded is answered without repeating it.
    frameworkErrors: (error, _request, reply: FastifyReply) => void reply.status(error.statusCode ?? 400).send({ error: requestInvalid(error) }),
  })

  server.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) logger.error('request failed', { method: request.method, route: request.routeOptions.url, error })
    if (isFramework(error) && status < 500) return void reply.status(status).send({ error: requestInvalid(error) })
    const message = status < 500 || isOurs(error) ? error.message : 'Something failed on our side. The log of the server says what.'
    void reply.status(status).send({ error: { code: error.code ?? 'INTERNAL', message } })
  })
  server.setNotFoundHandler((_request, reply) => reply.status(404).send({ error: { code: 'NOT_FOUND', message: 'There is no such route.' } }))
  await server.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }, useDefaults: false } })

  server.get('/healthz', () => ({ status: 'alive' }))
  server.get('/readyz', async (_request, reply) => {
    try {
      return { status: 'ready', roles, lag: await app.lags() }
    } catch {
      return reply.status(503).send({ status: 'not ready', reason: 'The log does not answer.' })
    }
  })
  server.get('/metrics', async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()))

  const isOperator = (request: FastifyRequest) => sameSecret(bearer(request), operatorToken)
  const authorize = (allowed: (request: FastifyRequest) => Promise<boolean> | boolean) => async (request: FastifyRequest, reply: FastifyReply) => {
    if (await allowed(request)) return
    return reply
      .status(401)
      .header('www-authenticate', 'Bearer')
      .send({ error: { code: 'UNAUTHORIZED', message: 'A valid key is required: Authorization: Bearer KEY.' } })
  }

  if (roles.includes('ingest') && collector && accessKeys && identity) {
    const { findWriteKey, isKnownOrigin } = accessKeys
    await server.register(ingestRoutes({ collector, findWriteKey, isKnownOrigin, limits: config.ingest, logger, metrics: metrics.ingest }))
    await server.register(consentRoutes({ ...identity, findWriteKey, config: { ...config.consent, timeZone: config.timeZone } }))
  }
  if (roles.includes('reports') && warehouse && accessKeys) {
    const mayRead = async (request: FastifyRequest) => isOperator(request) || (await accessKeys.isReadKey(bearer(request)))
    await server.register(reportRoutes({ client: warehouse.client, authorize: authorize(mayRead) }))
    if (weekly) await server.register(weeklyReportRoutes({ archive: weekly.archive, authorize: authorize(mayRead) }))
  }
  await server.register(operatorRoutes(app, authorize(isOperator)))
  return server
}

/** @throws AppError PORT_IN_USE */
export async function listen(server: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    return await server.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new AppError('PORT_IN_USE', `Port ${port} on ${host} is in use. Stop the program that uses it, or choose another with --port.`, { cause: error })
  }
}

/** What the framework refuses, in our words: its own can repeat what was sent. */
const isFramework = ({ code }: { code?: string }) => code?.startsWith('FST_') ?? false
const requestInvalid = ({ statusCode }: { statusCode?: number }) => ({
  code: 'REQUEST_INVALID',
  message: refusals[statusCode ?? 400] ?? 'The request cannot be understood.',
})
const refusals: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood: its address is malformed or its body is not JSON.',
  413: 'The body is larger than this server takes: at most 1 MiB here.',
  415: 'Send the body as Content-Type: application/json.',
}

const bearer = (request: FastifyRequest) => /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''

/** Compares digests, so that neither length nor content shows in the time it takes. */
const sameSecret = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected))
const digest = (text: string) => createHash('sha256').update(text).digest()
