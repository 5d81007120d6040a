/** Decides who may do what. Whoever may not is answered before the body is read. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { AccessKeys } from './access-keys.ts'
import { sessionToken } from './cookie.ts'
import { isSameOrigin } from './same-origin.ts'
import type { Sessions } from './sessions.ts'

export interface GuardOptions {
  readonly operatorToken: string
  readonly accessKeys: Pick<AccessKeys, 'isReadKey' | 'isPrivacyKey'> | undefined
  readonly sessions: Pick<Sessions, 'isOpen'> | undefined
  readonly publicUrl: string | undefined
}

export type Guard = ReturnType<typeof createGuard>

interface Refusal {
  readonly status: 401 | 403
  readonly code: string
  readonly message: string
}
type Decide = (request: FastifyRequest) => Promise<Refusal | undefined>

const unauthorized: Refusal = { status: 401, code: 'UNAUTHORIZED', message: 'Sign in, or show a valid key: Authorization: Bearer KEY.' }
const crossSite: Refusal = { status: 403, code: 'CROSS_SITE_REQUEST', message: 'Only pages of this server may send this request.' }

/** Each is a hook for `onRequest`. */
export function createGuard({ operatorToken, accessKeys, sessions, publicUrl }: GuardOptions) {
  const ownPage: Decide = async ({ headers }) => (isSameOrigin(headers, publicUrl) ? undefined : crossSite)
  const operator: Decide = async (request) => (sameSecret(bearer(request), operatorToken) ? undefined : unauthorized)
  const holderOf =
    (isKey: 'isReadKey' | 'isPrivacyKey'): Decide =>
    async (request) => {
      const key = bearer(request)
      return sameSecret(key, operatorToken) || (key !== '' && (await accessKeys?.[isKey](key))) ? undefined : unauthorized
    }
  const program = holderOf('isReadKey')
  const person: Decide = async (request) => {
    // Who shows a key is judged by the key alone.
    if (request.headers.authorization !== undefined || !(await sessions?.isOpen(sessionToken(request)))) return unauthorized
    // A browser adds the cookie to whatever any page makes it send.
    return request.method === 'GET' || request.method === 'HEAD' ? undefined : ownPage(request)
  }
  const reader: Decide = async (request) => ((await program(request)) ? person(request) : undefined)

  return {
    /** The command line, by the token in the data directory. */
    operator: refuseUnless(operator),
    /** An operator or a program with a read key. */
    program: refuseUnless(program),
    /** An operator, or a program that acts for persons who ask about their data. */
    privacy: refuseUnless(holderOf('isPrivacyKey')),
    /** Somebody who is signed in. */
    person: refuseUnless(person),
    /** Anybody who may see numbers: operator, read key or session. */
    reader: refuseUnless(reader),
    /** Anybody, from a page of this server. */
    ownPage: refuseUnless(ownPage),
  }
}

const refuseUnless =
  (decide: Decide): onRequestAsyncHookHandler =>
  async (request, reply) => {
    const refusal = await decide(request)
    if (!refusal) return
    const { status, ...error } = refusal
    if (status === 401) void reply.header('www-authenticate', 'Bearer')
    return reply.status(status).send({ error })
  }

const bearer = ({ headers }: FastifyRequest) => /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''

/** Compares digests, so that neither length nor content shows in the time it takes. */
const sameSecret = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected))
const digest = (text: string) => createHash('sha256').update(text).digest()
