/** The composition root: everything that exists is made here, top to bottom, and ended in reverse order. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  connectLedger,
  createConsentStage,
  createLedger,
  createRequestRegister,
  createSubjectIndex,
  createVault,
  migrateLedger,
  openKeyring,
} from '@kanalblick/consent'
import { createCollect, createCollector, createRequestReader } from '@kanalblick/ingest'
import { type Logger, run, type Stage, type StageName } from '@kanalblick/stream'
import { createTransformStage, noRates, parseRates } from '@kanalblick/transform'
import { connectWarehouse, createWarehouseStage, mendFailedWrites, migrate, refreshRollups, staleDays, type Warehouse } from '@kanalblick/warehouse'
import { openAccessKeys, openSessions } from './access/index.ts'
import type { Config } from './config.ts'
import { lockDataDirectory, masterKey, openDataDirectory } from './data-directory.ts'
import { readLags } from './lags.ts'
import { createMetrics } from './metrics.ts'
import { profiles } from './profiles.ts'
import { openReaderThread } from './reader-thread/open.ts'
import type { ReaderData } from './reader-thread/thread.ts'
import { createFailure, createResources, createWork } from './resources.ts'
import { openRights } from './rights/open.ts'
import { untilZero } from './until-zero.ts'
import { openWeeklyReports } from './weekly/open.ts'

/** What one process does. Embedded does all; scaled processes share the work. */
export const roles = ['ingest', 'consent', 'transform', 'warehouse', 'reports', 'rights'] as const
export type Role = (typeof roles)[number]

export interface WireOptions {
  readonly config: Config
  readonly roles: readonly Role[]
  readonly logger: Logger
}

export type Kanalblick = Awaited<ReturnType<typeof wire>>

type LedgerDatabase = Awaited<ReturnType<typeof connectLedger>>

const rollupPauseMs = 1_000
const longestRollupPauseMs = 3_000

/**
 * Days that the sink touched are recomputed at most once a second, however many batches touch them. The more a day holds the longer that
 * takes: it pauses for as long, so that it leaves the machine to the stages, up to what keeps reports fresh within seconds.
 */
async function keepRollupsFresh(warehouse: Warehouse, { logger, signal }: { logger: Logger; signal: AbortSignal }): Promise<void> {
  while (!signal.aborted) {
    const startedMs = performance.now()
    await refreshRollups(warehouse, { logger }).catch((error: unknown) => logger.warn('rollups could not be refreshed, trying again', { error }))
    const pauseMs = Math.min(Math.max(rollupPauseMs, performance.now() - startedMs), longestRollupPauseMs)
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

const mendingPauseMs = 1_000

async function keepMended(warehouse: Warehouse, { logger, signal }: { logger: Logger; signal: AbortSignal }): Promise<void> {
  while (!signal.aborted) {
    await mendFailedWrites(warehouse, { logger }).catch((error: unknown) => logger.warn('the warehouse could not be mended, trying again', { error }))
    await delay(mendingPauseMs, undefined, { signal }).catch(() => undefined)
  }
}

export async function wire({ config, roles, logger }: WireOptions) {
  const has = (...wanted: Role[]) => wanted.some((role) => roles.includes(role))
  const now = () => new Date()
  const { opened, closeAll: close } = createResources()
  const { failed, fail } = createFailure()

  try {
    const profile = profiles[config.profile]
    const { timeZone } = config
    const metrics = createMetrics()
    const directory = openDataDirectory(config.dataDirectory)
    const place = { config, directory, logger, onFatal: fail }
    if (profile.oneProcess) opened(lockDataDirectory(directory), (lock) => lock.release())

    // The ledger's database holds the access keys, the sessions and the weekly reports too, which is all that `reports` needs of it.
    const db = has('ingest', 'consent', 'reports', 'rights') ? opened(await connectLedger(profile.ledger(place)), (db) => db.destroy()) : undefined
    if (db) await migrateLedger(db)
    const accessKeys = db && (await openAccessKeys(db as never, { now }))
    const sessions = db && has('reports') ? await openSessions(db as never, { now }) : undefined

    // Zone identity: whoever has these can tell who somebody is.
    const openIdentity = (db: LedgerDatabase, keys: ReaderData['keys']) => ({
      keyring: openKeyring({ ...keys, now }),
      ledger: createLedger(db, { now, newId: randomUUID }),
      vault: createVault(db, { now }),
      index: createSubjectIndex(db),
      register: createRequestRegister(db, { now }),
    })
    const keys = has('ingest', 'consent', 'rights')
      ? { directory: directory.keys, masterKey: masterKey(directory, config.masterKey, profile.oneProcess) }
      : undefined
    const identity = db && keys && openIdentity(db, keys)

    const log = opened(await profile.openLog(place), (log) => log.close())
    const warehouse = has('warehouse', 'reports', 'rights')
      ? opened(await connectWarehouse(profile.warehouse(place)), (warehouse) => warehouse.close())
      : undefined
    if (warehouse) await migrate(warehouse, { logger })

    const partitions = log.partitions('events.collected.v1')
    const collect = identity && createCollect({ ...identity.keyring, partitions })
    const collector = collect && createCollector({ collect, append: log.append, now, logger })
    const limits = config.ingest
    const openReader =
      keys && collect && has('ingest')
        ? () => openReaderThread({ data: { keys, partitions, limits }, here: createRequestReader({ collect, limits }), onFatal: fail })
        : undefined

    const work = opened(createWork(fail), (work) => work.stop())
    const start = <Name extends StageName>(stage: Stage<Name>) => work.keep(run(stage, { log, logger, signal: work.signal, metrics: metrics.run }))
    if (has('consent') && identity) {
      start(createConsentStage({ ...identity, config: { ...config.consent, timeZone }, now, count: metrics.count, logger }))
    }
    if (has('transform')) {
      const rates = config.exchangeRates === undefined ? noRates : parseRates(config.exchangeRates)
      start(createTransformStage({ config: { ...config.transform, timeZone }, rates: () => rates, now, count: metrics.count }))
    }
    if (has('warehouse') && warehouse) {
      for (let sink = 0; sink < profile.sinks; sink++) start(createWarehouseStage({ warehouse, newId: randomUUID, logger }))
      work.keep(keepRollupsFresh(warehouse, { logger, signal: work.signal }))
      work.keep(keepMended(warehouse, { logger, signal: work.signal }))
    }

    const rights =
      db && identity && warehouse && has('rights')
        ? openRights({ db, identity, log, warehouse, config, directory, now, logger, signal: work.signal })
        : undefined

    const lags = () => readLags(log)
    const lag = async () => Object.values(await lags()).reduce((sum, records) => sum + records, 0)
    const weekly =
      db && warehouse && has('reports')
        ? opened(await openWeeklyReports(db as never, { warehouse, config, lag, now, logger }), ({ delivery }) => delivery.stop())
        : undefined

    return {
      config,
      roles,
      logger,
      metrics,
      directory,
      log,
      accessKeys,
      sessions,
      identity,
      warehouse,
      collector,
      openReader,
      weekly,
      rights,
      lags,
      close,
      /** Rejects when a stage or the log can go no further: end the process, a supervisor starts it again. */
      failed,
      /** Resolves once everything accepted so far is stored and the rollups show it. @throws AppError PIPELINE_STALLED */
      async drained(): Promise<void> {
        await untilZero(lag)
        if (warehouse) await untilZero(() => staleDays(warehouse))
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
