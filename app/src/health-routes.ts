/** What supervisors, load balancers and Prometheus ask. */
import type { FastifyPluginAsync } from 'fastify'
import type { Guard } from './access/guard.ts'
import type { Kanalblick } from './wire.ts'

export const healthRoutes =
  ({ lags, metrics, roles }: Kanalblick, guard: Guard): FastifyPluginAsync =>
  async (server) => {
    server.get('/healthz', () => ({ status: 'alive' }))
    server.get('/readyz', async (_request, reply) => {
      try {
        await lags()
        return { status: 'ready', roles }
      } catch {
        return reply.status(503).send({ status: 'not ready', roles })
      }
    })
    server.get('/metrics', { onRequest: guard.program }, async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    )
  }
