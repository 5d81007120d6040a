/** The HTTP server: mounts the routes of the roles that this process has. */
import helmet from '@fastify/helmet'
import { consentRoutes, requestRoutes } from '@kanalblick/consent'
import { ingestRoutes } from '@kanalblick/ingest'
import { reportRoutes } from '@kanalblick/reports'
import type { Logger } from '@kanalblick/stream'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { createGuard } from './access/guard.ts'
import { createHostCheck } from './access/hosts.ts'
import { sessionRoutes } from './access/session-routes.ts'
import { dashboardDirectory, dashboardFiles } from './dashboard-files.ts'
import { AppError, isOurs } from './errors.ts'
import { healthRoutes } from './health-routes.ts'
import { operatorRoutes } from './operator-routes.ts'
import { openPackage } from './rights/package.ts'
import { weeklyReportRoutes } from './weekly/routes.ts'
import type { Kanalblick } from './wire.ts'

export interface ServerOptions {
  /** Lets the command line in, which reads it from the data directory. */
  readonly operatorToken: string
  /** Whether the numbers are invented. */
  readonly isDemo: () => boolean
}

export async function createServer(app: Kanalblick, options: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    logger: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    // A path that cannot be decoded is answered without repeating it.
    frameworkErrors: (error, _request, reply: FastifyReply) => void reply.status(error.statusCode ?? 400).send({ error: requestInvalid(error) }),
  })
  answerFaults(server, app.logger)
  await server.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }, useDefaults: false },
    originAgentCluster: false,
  })
  // Whatever says nothing else of itself is data.
  server.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'))
  server.addHook('onRequest', createHostCheck(app.config.http))
  await mount(server, app, options)
  return server
}

/** The routes of this process's roles. Each says who may call it; a test holds the list of those that anybody may. */
async function mount(server: FastifyInstance, app: Kanalblick, { operatorToken, isDemo }: ServerOptions): Promise<void> {
  const { accessKeys, collector, config, identity, logger, metrics, openReader, rights, roles, sessions, warehouse, weekly } = app
  const { publicUrl } = config.http
  const guard = createGuard({ operatorToken, accessKeys, sessions, publicUrl })

  await server.register(healthRoutes(app, guard))
  if (openReader && collector && accessKeys && identity) {
    const reader = openReader()
    server.addHook('onClose', () => reader.close())
    const { findWriteKey, isKnownOrigin } = accessKeys
    await server.register(ingestRoutes({ collector, reader, findWriteKey, isKnownOrigin, limits: config.ingest, logger, metrics: metrics.ingest }))
    await server.register(consentRoutes({ ...identity, findWriteKey, config: { ...config.consent, timeZone: config.timeZone } }))
  }
  if (roles.includes('reports') && warehouse && sessions) {
    await server.register(reportRoutes({ client: warehouse.client, authorize: guard.reader }))
    if (weekly) await server.register(weeklyReportRoutes({ archive: weekly.archive, authorize: guard.reader }))
    await server.register(sessionRoutes({ sessions, guard, timeZone: config.timeZone, secure: publicUrl?.startsWith('https:') ?? false, isDemo }))
    await server.register(dashboardFiles(dashboardDirectory))
  }
  if (rights) {
    const parts = { controller: config.controller, timeZone: config.timeZone, now: () => new Date() }
    await server.register(requestRoutes({ rights: rights.rights, authorize: guard.privacy, openPackage: (id) => openPackage(id, rights, parts), logger }))
  }
  await server.register(operatorRoutes(app, guard.operator))
}

function answerFaults(server: FastifyInstance, logger: Logger): void {
  server.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) logger.error('request failed', { method: request.method, route: request.routeOptions.url, error })
    if (isFramework(error) && status < 500) return void reply.status(status).send({ error: requestInvalid(error) })
    const message = status < 500 || isOurs(error) ? error.message : 'Something failed on our side. The log of the server says what.'
    void reply.status(status).send({ error: { code: error.code ?? 'INTERNAL', message } })
  })
  server.setNotFoundHandler((_request, reply) => reply.status(404).send({ error: { code: 'NOT_FOUND', message: 'There is no such route.' } }))
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
