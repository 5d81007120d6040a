/** What a command needs done, by the running server when there is one, else by this process itself. */
import { setTimeout as delay } from 'node:timers/promises'
import type { SourceEvent } from '@kanalblick/ingest'
import type { QueryRequestInput, QueryResult } from '@kanalblick/reports'
import type { Channel, Logger, Table } from '@kanalblick/stream'
import { type AuditReport, audit } from '@kanalblick/warehouse'
import type { Config } from './config.ts'
import { openDataDirectory, type RunningServer, runningServer } from './data-directory.ts'
import { profiles } from './profiles.ts'
import { createServerCall } from './server-call.ts'
import { answersOf } from './weekly/source.ts'
import { type Role, roles, wire } from './wire.ts'

export interface Operator {
  accept(events: readonly SourceEvent[], origin: { channel: Channel; channelInstance: string }): Promise<void>
  /** Resolves once everything accepted is stored and the rollups show it. */
  drained(): Promise<void>
  query(request: QueryRequestInput): Promise<QueryResult>
  /** A report by its name, as the API shows it. */
  report(name: string, params: ReportParams): Promise<Table>
  audit(): Promise<AuditReport>
  close(): Promise<void>
}

type ReportParams = Readonly<Record<string, string | number>>

/** @param scaledRoles what this process must be able to do when other processes run the stages */
export async function operate(config: Config, logger: Logger, scaledRoles: readonly Role[]): Promise<Operator> {
  if (!profiles[config.profile].oneProcess) return ownOperator(config, logger, scaledRoles)
  const server = runningServer(openDataDirectory(config.dataDirectory))
  return server ? remoteOperator(server) : ownOperator(config, logger, roles)
}

async function ownOperator(config: Config, logger: Logger, ownRoles: readonly Role[]): Promise<Operator> {
  const app = await wire({ config, roles: ownRoles, logger })
  const { collector, warehouse } = app
  const orFailed = <Value>(work: Promise<Value>) => Promise.race([work, app.failed])
  return {
    async accept(events, origin) {
      if (!collector) throw new Error('This process has no collector.')
      await orFailed(collector.accept(events, { ...origin, collector: 'file' }))
    },
    drained: () => orFailed(app.drained()),
    query: (request) => answersOf(given(warehouse).client).query(request),
    report: (name, params) => answersOf(given(warehouse).client).report(name, params),
    audit: () => audit(given(warehouse)),
    close: app.close,
  }
}

function given<Resource>(resource: Resource | undefined): Resource {
  if (resource === undefined) throw new Error('This process has no warehouse.')
  return resource
}

const pollMs = 200

function remoteOperator(server: RunningServer): Operator {
  const call = createServerCall(server)
  return {
    accept: (events, origin) => call('POST', '/v1/operator/import', { ...origin, events }),
    async drained() {
      // Asked in short calls: a long import would outlast the time limit of one.
      while (Object.values(await call<Record<string, number>>('GET', '/v1/operator/lags')).some((records) => records > 0)) await delay(pollMs)
      await call('POST', '/v1/operator/drain')
    },
    query: (request) => call('POST', '/v1/query', request),
    report(name, params) {
      const asked = new URLSearchParams(Object.entries(params).map(([key, value]): [string, string] => [key, String(value)]))
      return call('GET', `/v1/reports/${name}?${asked.toString()}`)
    },
    audit: () => call('GET', '/v1/operator/audit'),
    close: async () => undefined,
  }
}
