/** How a person signs in to the dashboard and out again. */
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { z } from 'zod'
import { createSessionCookie, sessionToken } from './cookie.ts'
import type { Guard } from './guard.ts'
import { createGuessLimit } from './guess-limit.ts'
import type { Sessions } from './sessions.ts'

export interface SessionRoutesOptions {
  readonly sessions: Sessions
  readonly guard: Guard
  readonly timeZone: string
  /** Whether browsers reach the server by https: then the cookie goes no other way. */
  readonly secure: boolean
  /** Whether the numbers are invented. */
  readonly isDemo: () => boolean
}

const codeBody = z.object({ code: z.string() })
const guessesPerMinute = 60

const refused = { code: 'SIGN_IN_CODE_REFUSED', message: 'This link was used before or is older than an hour. "kanalblick sign-in" prints a new one.' }
const tooMany = { code: 'RATE_LIMITED', message: 'Too many codes were refused. Try again in a minute.' }

/**
 * - `POST /v1/session`    {code}: opens a session, once per code
 * - `GET /v1/session`     what the dashboard has to know before it asks for numbers
 * - `DELETE /v1/session`  signs out, `DELETE /v1/sessions` signs out everywhere
 */
export function sessionRoutes({ sessions, guard, timeZone, secure, isDemo }: SessionRoutesOptions): FastifyPluginAsync {
  const guesses = createGuessLimit({ perMinute: guessesPerMinute, nowMs: () => performance.now() })
  const cookie = createSessionCookie(secure)
  const signedOut = (reply: FastifyReply) => cookie.takeBack(reply).status(204).send()

  return async (server) => {
    server.post('/v1/session', { onRequest: guard.ownPage }, async (request, reply) => {
      if (guesses.waitSeconds() > 0) return reply.status(429).header('retry-after', guesses.waitSeconds()).send({ error: tooMany })
      const body = codeBody.safeParse(request.body)
      const token = body.success ? await sessions.open(body.data.code) : undefined
      if (token === undefined) {
        guesses.failed()
        return reply.status(401).send({ error: refused })
      }
      return cookie.give(reply, token).status(204).send()
    })

    server.get('/v1/session', { onRequest: guard.person }, () => ({
      demo: isDemo(),
      timeZone,
      today: new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date()),
    }))

    server.delete('/v1/session', { onRequest: guard.person }, async (request, reply) => {
      await sessions.end(sessionToken(request))
      return signedOut(reply)
    })

    server.delete('/v1/sessions', { onRequest: guard.person }, async (_request, reply) => {
      await sessions.revokeAll()
      return signedOut(reply)
    })
  }
}
