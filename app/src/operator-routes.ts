/** What the command line asks of a running server: import, wait, audit. For the holder of the data directory only. */

import type { SourceEvent } from '@kanalblick/ingest'
import { channel, channelInstance } from '@kanalblick/stream'
import { audit } from '@kanalblick/warehouse'
import type { FastifyPluginAsync, onRequestAsyncHookHandler } from 'fastify'
import { z } from 'zod'
import type { Kanalblick } from './wire.ts'

const importBody = z.object({ channel, channelInstance, events: z.array(z.custom<SourceEvent>((value) => typeof value === 'object' && value !== null)) })
const importBodyBytes = 64 * 2 ** 20

export const operatorRoutes =
  (app: Kanalblick, isOperator: onRequestAsyncHookHandler): FastifyPluginAsync =>
  async (server) => {
    const { collector, warehouse } = app
    server.addHook('onRequest', isOperator)
    if (collector) {
      server.post('/v1/operator/import', { bodyLimit: importBodyBytes }, async (request, reply) => {
        const { events, ...origin } = importBody.parse(request.body)
        await collector.accept(events, { ...origin, collector: 'file' })
        return reply.status(202).send({ accepted: events.length })
      })
    }
    server.get('/v1/operator/lags', () => app.lags())
    server.post('/v1/operator/drain', async () => {
      await app.drained()
      return { drained: true }
    })
    if (warehouse) server.get('/v1/operator/audit', () => audit(warehouse))
  }
