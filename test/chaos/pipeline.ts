/**
 * The stages on real stores, put together as the composition root does, but with a clock, a build and a sign of progress from outside,
 * and without what a server has around them: small enough to be killed a thousand times.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  connectLedger,
  consentConfig,
  createConsentStage,
  createLedger,
  createRequestRegister,
  createSubjectIndex,
  createVault,
  type Ledger,
  migrateLedger,
  openKeyring,
} from '@kanalblick/consent'
import { type CollectorParts, createCollect, createCollector, createRequestReader, ingestConfig, ingestRoutes } from '@kanalblick/ingest'
import { type Channel, type Log, type Logger, run, type Stage, type StageName, topicsReadBy } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { openKafkaLog } from '@kanalblick/stream/kafka'
import { createTransformStage, noRates, transformConfig } from '@kanalblick/transform'
import {
  connectWarehouse,
  createWarehouseStage,
  mendFailedWrites,
  migrate,
  refreshRollups,
  staleDays,
  type Warehouse,
  type WarehouseOptions,
} from '@kanalblick/warehouse'
import Fastify, { type FastifyInstance } from 'fastify'
import { type BuildName, builds } from './builds.ts'
import { chaosChannels } from './journal.ts'

export interface Place {
  /** Keys, and every store that is not named below. */
  readonly directory: string
  /** Folders of stores that lie elsewhere. */
  readonly folders?: { readonly log?: string; readonly ledger?: string; readonly warehouse?: string }
  readonly brokers?: string
  readonly postgresUrl?: string
  readonly clickhouse?: Extract<WarehouseOptions, { url: string }>
}

/** `audit` opens the warehouse and runs nothing on it. */
export const chaosRoles = ['ingest', 'consent', 'transform', 'warehouse'] as const
export type ChaosRole = (typeof chaosRoles)[number] | 'audit'

export interface PipelineOptions {
  readonly place: Place
  readonly roles?: readonly ChaosRole[]
  readonly build?: BuildName
  readonly now?: () => Date
  readonly logger?: Logger
  /** Told after every batch that a stage moved past. */
  readonly advanced?: (stage: StageName) => void
  /** Told of every batch that a stage could not process just now. */
  readonly retried?: (stage: StageName) => void
  readonly onFatal?: (error: unknown) => void
}

export interface Pipeline {
  readonly log: Log
  readonly warehouse: Warehouse | undefined
  readonly ledger: Ledger | undefined
  /** The collectors' HTTP endpoints; `http` takes further routes until it listens. */
  readonly http: FastifyInstance
  /** Resolves once everything accepted is stored and, where this process has the warehouse, the rollups show it. */
  drained(): Promise<void>
  close(): Promise<void>
}

export const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
export const writeKeyOf = (channel: Channel) => `wk_${channel}`

const masterKey = Buffer.alloc(32, 7)
const rollupPauseMs = 100
const drainPauseMs = 10
const unlimited = ingestConfig.parse({ requestsPerMinute: 1e9 })

export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { place, roles = chaosRoles, now = () => new Date(), logger = silent, onFatal = () => undefined } = options
  const build = builds[options.build ?? 'sound']
  const has = (...wanted: ChaosRole[]) => wanted.some((role) => roles.includes(role))
  const closing: (() => unknown)[] = []
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end()
  }
  mkdirSync(place.directory, { recursive: true })
  try {
    const db = has('ingest', 'consent') ? await connectLedger(ledgerOf(place)) : undefined
    if (db) closing.push(() => db.destroy())
    if (db) await migrateLedger(db)
    const ledger = db && createLedger(db, { now, newId: randomUUID })
    const keyring = db && openKeyring({ directory: join(place.directory, 'keys'), masterKey, now })

    const opened = await openLog(place, { logger, onFatal, now })
    closing.push(() => opened.close())
    const log = build.log(opened)

    const warehouse = has('warehouse', 'audit') ? await connectWarehouse(warehouseOf(place)) : undefined
    if (warehouse) closing.push(() => warehouse.close())
    if (warehouse) await migrate(warehouse, { logger })

    const stopping = new AbortController()
    const work: Promise<void>[] = []
    const keep = (running: Promise<void>) => {
      running.catch(onFatal)
      work.push(running)
    }
    closing.push(() => {
      stopping.abort()
      return Promise.allSettled(work)
    })
    const metrics = {
      advanced: (stage: StageName) => options.advanced?.(stage),
      retried: (stage: StageName) => options.retried?.(stage),
      missed: () => undefined,
    }
    const start = <Name extends StageName>(stage: Stage<Name>) => keep(run(stage, { log, logger, signal: stopping.signal, metrics }))
    const uncounted = () => undefined
    if (has('consent') && db && ledger && keyring) {
      start(
        createConsentStage({
          ledger,
          vault: createVault(db, { now }),
          index: createSubjectIndex(db),
          register: createRequestRegister(db, { now }),
          keyring,
          config: consentConfig.parse({}),
          now,
          count: uncounted,
          logger,
        }),
      )
    }
    if (has('transform')) start(createTransformStage({ config: transformConfig.parse({}), rates: () => noRates, now, count: uncounted }))
    if (has('warehouse') && warehouse) {
      start(createWarehouseStage({ warehouse, newId: randomUUID, logger }))
      keep(keepRollupsFresh(warehouse, logger, stopping.signal))
    }

    const http = Fastify({ logger: false, forceCloseConnections: true })
    closing.push(() => http.close())
    if (has('ingest') && keyring) {
      const eventId = (namespace: string, nativeId: string) => build.eventId(keyring.eventId(namespace, nativeId))
      const seal: typeof keyring.seal = (events) => keyring.seal(events.filter(({ id }) => !build.forgets(id)))
      const collect = createCollect({ seal, partitions: log.partitions('events.collected.v1'), eventId })
      await registerCollectors(http, { collect, append: log.append, now, logger })
    }

    const lag = async () => {
      let records = 0
      // In the order of the flow: what a stage moved on while it was asked is seen at the next one.
      for (const group of ['consent', 'transform', 'warehouse'] as const) records += await opened.lag(group, topicsReadBy(group))
      return records
    }
    const drained = async () => {
      while ((await lag()) > 0 || (warehouse && (await staleDays(warehouse)) > 0)) await delay(drainPauseMs)
    }
    return { log: opened, warehouse, ledger, http, drained, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function registerCollectors(http: FastifyInstance, parts: CollectorParts): Promise<void> {
  const keys = new Map(
    chaosChannels.map((channel) => [writeKeyOf(channel), { id: channel, channel, channelInstance: `${channel}:1`, origins: [], consentCategories: {} }]),
  )
  await http.register(
    ingestRoutes({
      collector: createCollector(parts),
      reader: createRequestReader({ collect: parts.collect, limits: unlimited }),
      findWriteKey: async (key) => keys.get(key),
      isKnownOrigin: async () => false,
      limits: unlimited,
      logger: parts.logger,
    }),
  )
}

async function keepRollupsFresh(warehouse: Warehouse, logger: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await mendFailedWrites(warehouse, { logger }).catch((error: unknown) => logger.warn('the warehouse could not be mended, trying again', { error }))
    await refreshRollups(warehouse, { logger }).catch((error: unknown) => logger.warn('rollups could not be refreshed, trying again', { error }))
    await delay(rollupPauseMs, undefined, { signal }).catch(() => undefined)
  }
}

const ledgerOf = ({ directory, folders, postgresUrl }: Place) =>
  postgresUrl === undefined ? { path: join(folders?.ledger ?? directory, 'ledger.sqlite') } : { url: postgresUrl }
const warehouseOf = ({ directory, folders, clickhouse }: Place) => clickhouse ?? { path: join(folders?.warehouse ?? directory, 'warehouse') }

interface LogParts {
  readonly logger: Logger
  readonly onFatal: (error: unknown) => void
  readonly now: () => Date
}

async function openLog({ directory, folders, brokers }: Place, { logger, onFatal, now }: LogParts): Promise<Log> {
  if (brokers === undefined) return openEmbeddedLog({ path: join(folders?.log ?? directory, 'log.sqlite'), logger, now: () => now().getTime() })
  // The shortest session that a broker allows: a killed member's partitions wait no longer than this.
  return openKafkaLog({ brokers: brokers.split(','), clientId: 'chaos', sessionTimeoutMs: 6000, logger, onFatal })
}
