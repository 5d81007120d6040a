/** `/v1/requests`: a person's request about their data, handed in by whoever speaks with the person (a shop, a help desk). */
import { identifierKinds, type Logger } from '@kanalblick/stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { z } from 'zod'
import { denialReasons, requestTypes, type SubjectRequest, verifications } from './request.ts'
import type { Rights } from './rights.ts'

export interface RequestRoutesParts {
  readonly rights: Rights
  /** Who may act for persons. */
  readonly authorize: onRequestAsyncHookHandler
  /** Streams the package of a fulfilled access request, a zip. @throws RequestError */
  readonly openPackage: (id: string) => Promise<NodeJS.ReadableStream>
  readonly logger: Logger
}

const identifiers = z
  .array(z.object({ kind: z.enum(identifierKinds), value: z.string().trim().min(1).max(320) }))
  .min(1)
  .max(10)
const newRequest = z.strictObject({ type: z.enum(requestTypes), identifiers, verification: z.enum(verifications).optional() })
const previewRequest = z.strictObject({ identifiers })
const verification = z.strictObject({ verification: z.enum(verifications) })
const denial = z.strictObject({ reason: z.enum(denialReasons) })

type WithId = { Params: { id: string } }

export function requestRoutes({ rights, authorize, openPackage, logger }: RequestRoutesParts): FastifyPluginAsync {
  /** What it takes goes on behind the answer; `resume` tries again what fails. */
  const carryOut = ({ id, type }: SubjectRequest) =>
    void rights
      .carryOut(id)
      .catch((error: unknown) => logger.error('a request of a person could not be carried out, it is tried again', { request: id, type, error }))

  return async (server) => {
    server.addHook('onRequest', authorize)
    server.post('/v1/requests', async (request, reply) => {
      const body = newRequest.safeParse(request.body)
      if (!body.success) return refuse(reply, body.error)
      const opened = await rights.open(body.data.type, body.data.identifiers, body.data.verification)
      if (opened.verification !== null) carryOut(opened)
      return reply.status(201).send(shownRequest(opened))
    })
    server.post('/v1/requests/preview', async (request, reply) => {
      const body = previewRequest.safeParse(request.body)
      return body.success ? rights.preview(body.data.identifiers) : refuse(reply, body.error)
    })
    server.get('/v1/requests', async () => ({ requests: (await rights.list()).map(shownRequest) }))
    server.get<WithId>('/v1/requests/:id', async ({ params }) => shownRequest(await rights.find(params.id)))
    server.post<WithId>('/v1/requests/:id/verification', async (request, reply) => {
      const body = verification.safeParse(request.body)
      if (!body.success) return refuse(reply, body.error)
      const verified = await rights.verify(request.params.id, body.data.verification)
      carryOut(verified)
      return shownRequest(verified)
    })
    server.post<WithId>('/v1/requests/:id/denial', async (request, reply) => {
      const body = denial.safeParse(request.body)
      return body.success ? shownRequest(await rights.end(request.params.id, 'denied', body.data.reason)) : refuse(reply, body.error)
    })
    server.post<WithId>('/v1/requests/:id/revocation', async ({ params }) => shownRequest(await rights.end(params.id, 'revoked', null)))
    server.get<WithId>('/v1/requests/:id/package', async ({ params }: FastifyRequest<WithId>, reply) => {
      const opened = await openPackage(params.id)
      return reply.header('content-disposition', `attachment; filename="access-${params.id}.zip"`).type('application/zip').send(opened)
    })
  }
}

export type ShownRequest = ReturnType<typeof shownRequest>

/** As the Data Rights Protocol shows a request. */
export const shownRequest = ({ id, type, status, reason, receivedAt, expectedBy, updatedAt, verification: by, proof }: SubjectRequest) => ({
  request_id: id,
  type,
  status,
  reason,
  received_at: receivedAt,
  expected_by: expectedBy,
  updated_at: updatedAt,
  verification: by,
  ...(type === 'access' && status === 'fulfilled' && { results_url: `/v1/requests/${id}/package` }),
  proof,
})

/** Places and rules, never what stood there. */
const refuse = (reply: FastifyReply, error: z.ZodError) =>
  reply.status(400).send({
    error: {
      code: 'REQUEST_INVALID',
      message: 'The request does not have the form that the API describes: see fields.',
      fields: error.issues.slice(0, 20).map(({ path, code }) => ({ path: path.join('.'), fault: code })),
    },
  })
