/** The composition root: everything that exists is made here, top to bottom, and ended in reverse order. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { connectLedger, createConsentStage, createLedger, createVault, migrateLedger, openKeyring } from '@kanalblick/consent'
import { createCollector } from '@kanalblick/ingest'
import { type Append, type Logger, run, type Stage, type StageName, toNewRecord, topicsReadBy } from '@kanalblick/stream'
import { createTransformStage, noRates, parseRates } from '@kanalblick/transform'
import { connectWarehouse, createWarehouseStage, migrate, refreshRollups, staleDays, type Warehouse } from '@kanalblick/warehouse'
import { openAccessKeys } from './access-keys.ts'
import type { Config } from './config.ts'
import { lockDataDirectory, masterKey, openDataDirectory } from './data-directory.ts'
import { createMetrics } from './metrics.ts'
import { profiles } from './profiles.ts'

/** What one process does. Embedded does all; scaled processes share the work. */
export const roles = ['ingest', 'consent', 'transform', 'warehouse', 'reports'] as const
export type Role = (typeof roles)[number]

export interface WireOptions {
  readonly config: Config
  readonly roles: readonly Role[]
  readonly logger: Logger
}

export type Kanalblick = Awaited<ReturnType<typeof wire>>

const rollupPauseMs = 1_000
const drainPauseMs = 50

/** Days that the sink touched are recomputed at most once a second, however many batches touch them. */
async function keepRollupsFresh(warehouse: Warehouse, { logger, signal }: { logger: Logger; signal: AbortSignal }): Promise<void> {
  while (!signal.aborted) {
    await refreshRollups(warehouse, { logger }).catch((error: unknown) => logger.warn('rollups could not be refreshed, trying again', { error }))
    await delay(rollupPauseMs, undefined, { signal }).catch(() => undefined)
  }
}

export async function wire({ config, roles, logger }: WireOptions) {
  const has = (...wanted: Role[]) => wanted.some((role) => roles.includes(role))
  const now = () => new Date()
  const ending: (() => Promise<void> | void)[] = []
  const opened = <Resource>(resource: Resource, close: (resource: Resource) => Promise<void> | void): Resource => {
    ending.unshift(() => close(resource))
    return resource
  }
  const close = async () => {
    for (const end of ending.splice(0)) await end()
  }

  try {
    const profile = profiles[config.profile]
    const { timeZone } = config
    const metrics = createMetrics()
    const directory = openDataDirectory(config.dataDirectory)
    if (profile.oneProcess) opened(lockDataDirectory(directory), (lock) => lock.release())
    let fail: (error: unknown) => void = () => undefined
    const failed = new Promise<never>((_resolve, reject) => {
      fail = reject
    })
    failed.catch(() => undefined)
    const place = { config, directory, logger, onFatal: fail }

    // Zone identity: the ledger, the keys. Roles outside it open the ledger's database for access keys only.
    const ledgerDb = has('ingest', 'consent', 'reports') ? opened(await connectLedger(profile.ledger(place)), (db) => db.destroy()) : undefined
    if (ledgerDb) await migrateLedger(ledgerDb)
    const accessKeys = ledgerDb && (await openAccessKeys(ledgerDb as never, { now }))
    const keyring = has('ingest', 'consent') ? openKeyring({ directory: directory.keys, masterKey: masterKey(directory, config.masterKey), now }) : undefined
    const ledger = ledgerDb && keyring && createLedger(ledgerDb, { now, newId: randomUUID })

    const log = opened(await profile.openLog(place), (log) => log.close())
    const warehouse = has('warehouse', 'reports') ? opened(await connectWarehouse(profile.warehouse(place)), (warehouse) => warehouse.close()) : undefined
    if (warehouse) await migrate(warehouse, { logger })

    const collector =
      keyring &&
      createCollector({
        append: (records: readonly Append<'ingest'>[]) => log.append(records.map(toNewRecord)),
        seal: keyring.seal,
        eventId: keyring.eventId,
        now,
        logger,
      })

    const stopping = new AbortController()
    const running: Promise<void>[] = []
    const keepRunning = (work: Promise<void>) => {
      running.push(work)
      work.catch(fail)
    }
    const start = <Name extends StageName>(stage: Stage<Name>) => keepRunning(run(stage, { log, logger, signal: stopping.signal, metrics: metrics.run }))
    ending.unshift(async () => {
      stopping.abort()
      await Promise.allSettled(running)
    })

    if (has('consent') && ledger && ledgerDb && keyring) {
      const vault = createVault(ledgerDb, { now })
      start(createConsentStage({ ledger, vault, keyring, config: { ...config.consent, timeZone }, now, count: metrics.count, logger }))
    }
    if (has('transform')) {
      const rates = config.exchangeRates === undefined ? noRates : parseRates(config.exchangeRates)
      start(createTransformStage({ config: { ...config.transform, timeZone }, rates: () => rates, now, count: metrics.count }))
    }
    if (has('warehouse') && warehouse) {
      start(createWarehouseStage({ warehouse, newId: randomUUID, logger }))
      keepRunning(keepRollupsFresh(warehouse, { logger, signal: stopping.signal }))
    }

    const lags = async () => {
      const groups = ['consent', 'transform', 'warehouse'] as const
      const records = await Promise.all(groups.map((group) => log.lag(group, topicsReadBy(group))))
      return Object.fromEntries(groups.map((group, i) => [group, records[i] ?? 0])) as Record<(typeof groups)[number], number>
    }

    return {
      config,
      roles,
      logger,
      metrics,
      directory,
      log,
      accessKeys,
      keyring,
      ledger,
      warehouse,
      collector,
      lags,
      close,
      /** Rejects when a stage or the log can go no further: end the process, a supervisor starts it again. */
      failed,
      /** Resolves once everything accepted so far is stored and the rollups show it. */
      async drained(): Promise<void> {
        while (Object.values(await lags()).some((records) => records > 0)) await delay(drainPauseMs)
        while (warehouse && (await staleDays(warehouse)) > 0) await delay(drainPauseMs)
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
