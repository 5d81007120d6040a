/** The one cookie there is: the session's token, for this server's own pages only, out of reach of their scripts. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionLifetimeMs } from './sessions.ts'

const name = 'kanalblick_session'

/** The token that the browser shows. Empty without one. */
export function sessionToken({ headers }: FastifyRequest): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
}

/** @param secure whether browsers reach the server by https: then the cookie goes no other way */
export function createSessionCookie(secure: boolean) {
  const set = (reply: FastifyReply, token: string, seconds: number) =>
    reply.header('set-cookie', `${name}=${token}; Max-Age=${seconds}; Path=/; HttpOnly${secure ? '; Secure' : ''}; SameSite=Strict`)
  return {
    give: (reply: FastifyReply, token: string) => set(reply, token, sessionLifetimeMs / 1000),
    takeBack: (reply: FastifyReply) => set(reply, '', 0),
  }
}
