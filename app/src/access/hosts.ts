/** The names under which this server may be called. A page elsewhere that points its own name here (DNS rebinding) is refused. */
import { isIPv6 } from 'node:net'
import type { onRequestAsyncHookHandler } from 'fastify'
import type { Config } from '../config.ts'

const loopback = ['localhost', '127.0.0.1', '[::1]']
/** Load balancers ask these by an address of their own; they tell nothing. */
const underAnyName: readonly (string | undefined)[] = ['/healthz', '/readyz']

const notAllowed = {
  code: 'HOST_NOT_ALLOWED',
  message:
    'This server does not answer under this name. If the name is yours, set http.publicUrl (KANALBLICK_PUBLIC_URL) to the address that browsers use, or add the name to http.allowedHosts (KANALBLICK_ALLOWED_HOSTS).',
}

export function createHostCheck({ host, publicUrl, allowedHosts }: Config['http']): onRequestAsyncHookHandler {
  const published = publicUrl === undefined ? [] : [new URL(publicUrl).hostname]
  const allowed = new Set([...loopback, asHost(host), ...published, ...allowedHosts.map((name) => name.toLowerCase())])
  return async (request, reply) => {
    if (underAnyName.includes(request.routeOptions.url)) return
    const name = nameIn(request.headers.host)
    if (name !== undefined && (allowed.has(name) || name === arrivedAt(request.socket.localAddress))) return
    return reply.status(421).send({ error: notAllowed })
  }
}

/** Without the port. `undefined` for what is no host. */
const nameIn = (header = '') => /^(\[[0-9a-f:.]+\]|[^\s:/?#@\\[\]]+)(?::\d+)?$/i.exec(header)?.[1]?.toLowerCase()

/** The server's own address, such as a container's: no name, so nobody can point it elsewhere. */
const arrivedAt = (address: string | undefined) => address && asHost(address.replace(/^::ffff:(?=\d+\.)/, ''))

const asHost = (address: string) => (isIPv6(address) ? `[${address}]` : address.toLowerCase())
