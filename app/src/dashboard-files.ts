/** The dashboard's files as `npm run build` leaves them. They hold no data, so everybody may have them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'

export const dashboardDirectory = fileURLToPath(new URL('../../reports/dashboard/dist/', import.meta.url))

/** The pages that the dashboard shows; which one is its own affair. */
const pages = ['/', '/sign-in', '/reports', '/reports/*']

const notBuilt = 'The dashboard is not built. Run "npm run build" in the folder of Kanalblick, then load this page again.\n'

/** Scripts and styles come from this server's files only. Charts position their labels by style attributes. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    styleSrcAttr: ["'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    frameSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
}

/** @param directory where the build lies; it may come and go while the server runs */
export const dashboardFiles =
  (directory: string): FastifyPluginAsync =>
  async (server) => {
    await server.register(fastifyStatic, { root: directory, serve: false })
    const route = { helmet: { contentSecurityPolicy } }

    // A file's name holds a digest of its content.
    const asset = { root: join(directory, 'assets'), maxAge: '365d', immutable: true, dotfiles: 'ignore', index: false } as const
    server.get<{ Params: { '*': string } }>('/assets/*', route, (request, reply) => reply.sendFile(request.params['*'], asset.root, asset))

    const sendPage = (_request: FastifyRequest, reply: FastifyReply) => {
      if (!existsSync(join(directory, 'index.html'))) return reply.status(503).type('text/plain; charset=utf-8').send(notBuilt)
      return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false })
    }
    for (const page of pages) server.get(page, route, sendPage)
  }
