/** Requests of persons from the command line: by the running server when there is one, else by this process itself. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type DenialReason, type Preview, type RequestType, type ShownRequest, shownRequest } from '@kanalblick/consent'
import type { Identifier, Logger } from '@kanalblick/stream'
import type { Config } from '../config.ts'
import { openDataDirectory, type RunningServer, runningServer } from '../data-directory.ts'
import { AppError } from '../errors.ts'
import { profiles } from '../profiles.ts'
import { ask, createServerCall } from '../server-call.ts'
import { roles, wire } from '../wire.ts'
import { openPackage } from './package.ts'

export interface RightsOperator {
  preview(identifiers: readonly Identifier[]): Promise<Preview>
  /** Opens a request that the operator has verified, and resolves once it is fulfilled. */
  carryOut(type: RequestType, identifiers: readonly Identifier[]): Promise<ShownRequest>
  list(): Promise<readonly ShownRequest[]>
  /** Carries out a request that waited for verification. */
  verify(id: string): Promise<ShownRequest>
  deny(id: string, reason: DenialReason): Promise<ShownRequest>
  /** Writes the package of a fulfilled access request, whole or not at all. */
  save(id: string, path: string): Promise<void>
  close(): Promise<void>
}

export async function operateRights(config: Config, logger: Logger): Promise<RightsOperator> {
  if (!profiles[config.profile].oneProcess) return ownOperator(config, logger, ['rights'])
  const server = runningServer(openDataDirectory(config.dataDirectory))
  return server ? remoteOperator(server) : ownOperator(config, logger, roles)
}

async function ownOperator(config: Config, logger: Logger, ownRoles: typeof roles | readonly ['rights']): Promise<RightsOperator> {
  const app = await wire({ config, roles: ownRoles, logger })
  const opened = app.rights
  if (!opened) throw new Error('This process cannot act for persons.')
  const { rights } = opened
  const orFailed = <Value>(work: Promise<Value>) => Promise.race([work, app.failed])
  const now = () => new Date()
  return {
    preview: (identifiers) => orFailed(rights.preview(identifiers)),
    async carryOut(type, identifiers) {
      const { id } = await rights.open(type, identifiers, 'operator')
      return shownRequest(await orFailed(rights.carryOut(id)))
    },
    list: async () => (await rights.list()).map(shownRequest),
    async verify(id) {
      await rights.verify(id, 'operator')
      return shownRequest(await orFailed(rights.carryOut(id)))
    },
    deny: async (id, reason) => shownRequest(await rights.end(id, 'denied', reason)),
    save: async (id, path) => write(await openPackage(id, opened, { controller: config.controller, timeZone: config.timeZone, now }), path),
    close: app.close,
  }
}

const pollMs = 200
/** An erasure among twenty million events takes half a minute. */
const patienceMs = 900_000
const underWay = (id: string) =>
  new AppError(
    'PIPELINE_STALLED',
    `Request ${id} is still under way after fifteen minutes. The log of the server says what holds it up; it goes on by itself, and "kanalblick subject list" says when it has ended.`,
  )

function remoteOperator(server: RunningServer): RightsOperator {
  const call = createServerCall(server)
  const fulfilled = async ({ request_id }: ShownRequest) => {
    const startedMs = performance.now()
    for (;;) {
      const request = await call<ShownRequest>('GET', `/v1/requests/${request_id}`)
      if (request.status !== 'in_progress') return request
      if (performance.now() - startedMs > patienceMs) throw underWay(request_id)
      await delay(pollMs)
    }
  }
  return {
    preview: (identifiers) => call('POST', '/v1/requests/preview', { identifiers }),
    carryOut: async (type, identifiers) => fulfilled(await call('POST', '/v1/requests', { type, identifiers, verification: 'operator' })),
    list: async () => (await call<{ requests: ShownRequest[] }>('GET', '/v1/requests')).requests,
    verify: async (id) => fulfilled(await call('POST', `/v1/requests/${encodeURIComponent(id)}/verification`, { verification: 'operator' })),
    deny: (id, reason) => call('POST', `/v1/requests/${encodeURIComponent(id)}/denial`, { reason }),
    async save(id, path) {
      const { body } = await ask(server, 'GET', `/v1/requests/${encodeURIComponent(id)}/package`)
      await write(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), path)
    },
    close: async () => undefined,
  }
}

/** Readable by its owner alone: it holds what is known of a person. */
async function write(stream: NodeJS.ReadableStream, path: string): Promise<void> {
  const draft = `${path}.part`
  try {
    await pipeline(stream, createWriteStream(draft, { mode: 0o600, flags: 'w' }))
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
