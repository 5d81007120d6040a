/** `POST /v1/consents`: a shop or a consent banner hands in what a person decided, and gets a receipt. */
import { type Identifier, identifierKinds, type Logger, purposeIds, purposes } from '@kanalblick/stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ConsentConfig } from './config.ts'
import type { Keyring } from './keyring.ts'
import type { Ledger } from './ledger.ts'
import { isDecidable } from './purposes/policy.ts'
import { type Decision, mechanisms, type NewConsentRecord } from './record.ts'
import { createSubjectOf, type Subject } from './subject.ts'
import type { SubjectIndex } from './subject-index.ts'
import { isForGood } from './suppression.ts'

export interface ConsentRoutesParts {
  readonly ledger: Pick<Ledger, 'append' | 'suppressed'>
  readonly index: Pick<SubjectIndex, 'remember' | 'forget'>
  readonly keyring: Pick<Keyring, 'mac'>
  readonly config: ConsentConfig
  /** Who may write, and of which origins (`https://shop.example`) the pages that show the key may be. */
  readonly findWriteKey: (key: string) => Promise<{ readonly origins: readonly string[] } | undefined>
  readonly logger?: Logger
}

const decision = z.object({ purpose: z.enum(purposeIds), state: z.enum(['granted', 'denied', 'withdrawn', 'objected']) })

/** Every choice by itself and made by somebody: there is no mechanism for ticked boxes, scrolling or silence. */
const consentBody = z.object({
  identifiers: z
    .array(z.object({ kind: z.enum(identifierKinds), value: z.string().trim().min(1).max(320) }))
    .min(1)
    .max(10),
  decisions: z
    .array(decision)
    .min(1)
    .max(purposeIds.length)
    .refine((decisions) => decisions.every(({ purpose }) => isDecidable(purpose)), 'names a purpose that nobody decides about')
    .refine((decisions) => new Set(decisions.map(({ purpose }) => purpose)).size === decisions.length, 'names a purpose twice'),
  notice: z.object({
    version: z.string().min(1).max(100),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    uri: z.url().max(500).optional(),
  }),
  mechanism: z.enum(mechanisms),
  language: z.string().regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/),
  jurisdiction: z.enum(['DE', 'AT', 'CH', 'EU']),
  event_time: z.iso.datetime({ offset: true }),
})
type ConsentBody = z.infer<typeof consentBody>

const retryAfterSeconds = 5

export function consentRoutes({ ledger, index, keyring, config, findWriteKey, logger }: ConsentRoutesParts): FastifyPluginAsync {
  const subjectOf = createSubjectOf(keyring, config)

  return async (server) => {
    server.post('/v1/consents', async (request, reply) => {
      const writeKey = await findWriteKey(givenKey(request))
      if (!writeKey) return refuse(reply.header('www-authenticate', 'Bearer'), 401, unauthorized)
      const { origin } = request.headers
      if (origin !== undefined && !writeKey.origins.includes(origin)) return refuse(reply, 403, foreign)
      const body = consentBody.safeParse(request.body)
      if (!body.success) return refuse(reply, 400, { ...invalid, fields: fieldsOf(body.error) })
      try {
        const subjects = subjectsOf(body.data, subjectOf)
        const records = await ledger.append(toRecords(body.data, subjects))
        await index.remember([{ subjects, orderKey: null, at: new Date().toISOString() }])
        // An erasure that ran in between has deleted the links already. Those of whoever else is named here stay.
        const suppressed = await ledger.suppressed(subjects.map(({ ref }) => ref))
        const overtaken = [...suppressed.keys()].filter((ref) => isForGood(suppressed, ref))
        if (overtaken.length > 0) await index.forget(overtaken)
        return await reply.status(201).send({ ...records[0], records })
      } catch (error) {
        if ((error as { code?: unknown }).code === 'SUBJECT_ERASED') return refuse(reply, 409, erased)
        logger?.error('a consent could not be recorded', { route: '/v1/consents', code: (error as { code?: unknown }).code })
        return refuse(reply.header('retry-after', retryAfterSeconds), 503, unavailable)
      }
    })
  }
}

const unauthorized = { code: 'UNAUTHORIZED', message: 'A write key is required: Authorization: Bearer KEY.' }
const foreign = { code: 'ORIGIN_NOT_ALLOWED', message: 'Pages of this origin may not use this write key. Add the origin to the key.' }
const invalid = { code: 'CONSENT_INVALID', message: 'The consent does not have the form that the API describes: see fields.' }
const erased = { code: 'SUBJECT_ERASED', message: 'A person named here had their data erased. Nothing was recorded.' }
const unavailable = { code: 'LEDGER_UNAVAILABLE', message: 'The consent ledger cannot be reached. Send the consent again: recorded twice, it means the same.' }

const refuse = (reply: FastifyReply, status: number, error: object) => reply.status(status).send({ error })

/** Bearer, or the user name of Basic as Segment's clients send it. */
function givenKey({ headers }: FastifyRequest): string {
  const [scheme, value = ''] = (headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme?.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? ''
  return ''
}

/** Places and rules. Never what stood there. */
const fieldsOf = (error: z.ZodError) =>
  error.issues.slice(0, 20).map(({ path, code, message }) => ({ path: path.join('.'), fault: code === 'custom' ? message : code }))

function subjectsOf({ identifiers }: ConsentBody, subjectOf: ReturnType<typeof createSubjectOf>): Subject[] {
  const subjects = identifiers.map((identifier: Identifier) => subjectOf(identifier))
  return [...new Map(subjects.map((subject) => [subject.ref, subject])).values()]
}

/** One record per identifier: each is a way to ask about the person later. */
function toRecords({ decisions, event_time, notice, mechanism, language, jurisdiction }: ConsentBody, subjects: readonly Subject[]): NewConsentRecord[] {
  const eventTime = new Date(event_time).toISOString()
  const withBasis = decisions.map(({ purpose, state }): Decision => ({ purpose, state, basis: purposes[purpose].basis }))
  const said = { notice, mechanism, language, jurisdiction, decisions: withBasis, origin: 'api', eventTime }
  return subjects.map(({ ref, kind }) => ({ ...said, subjectRef: ref, subjectRefKind: kind }))
}
