/** Where the stores live: one row per profile, loaded when it is chosen. Nothing else in the product knows which is which. */
import type { Log, Logger } from '@kanalblick/stream'
import type { Config } from './config.ts'
import type { DataDirectory } from './data-directory.ts'

export type LedgerLocation = { path: string } | { url: string }
export type WarehouseLocation = { path: string } | { url: string; username: string; password: string; database: string }

interface Place {
  readonly config: Config
  readonly directory: DataDirectory
  readonly logger: Logger
  /** Called when the log can no longer be trusted to make progress: the process ends, its supervisor starts it again. */
  readonly onFatal: (error: unknown) => void
}

interface Profile {
  /** One process holds the whole data directory. */
  readonly oneProcess: boolean
  readonly openLog: (place: Place) => Promise<Log>
  readonly ledger: (place: Place) => LedgerLocation
  readonly warehouse: (place: Place) => WarehouseLocation
  /** How many of one process read for the sink: while the engine works for one, another makes its next insert. */
  readonly sinks: number
}

export const profiles: Readonly<Record<Config['profile'], Profile>> = {
  embedded: {
    oneProcess: true,
    openLog: async ({ directory, logger }) => {
      const { openEmbeddedLog } = await import('@kanalblick/stream/embedded')
      return openEmbeddedLog({ path: directory.log, logger })
    },
    ledger: ({ directory }) => ({ path: directory.ledger }),
    warehouse: ({ directory }) => ({ path: directory.warehouse }),
    sinks: 2,
  },
  scaled: {
    oneProcess: false,
    openLog: async ({ config, logger, onFatal }) => {
      const { openKafkaLog } = await import('@kanalblick/stream/kafka')
      const { sasl, ...kafka } = given(config.kafka)
      return openKafkaLog({ ...kafka, ...(sasl ? { sasl } : {}), clientId: 'kanalblick', logger, onFatal })
    },
    ledger: ({ config }) => given(config.postgres),
    warehouse: ({ config }) => given(config.clickhouse),
    // There is a process for each: every member that joins takes partitions, and the batches in hand, from the others.
    sinks: 1,
  },
}

/** The configuration's cross-field rules promise it: reaching the error is a defect. */
function given<Section>(section: Section | undefined): Section {
  if (section === undefined) throw new Error('The profile "scaled" was chosen without its stores.')
  return section
}
