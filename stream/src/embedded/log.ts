/** The log in one SQLite file, for one process: no server to run, the same promises. */
import type { Log } from '../log.ts'
import { logClosed } from '../log-error.ts'
import type { Logger } from '../logger.ts'
import { partitionOf } from '../partition.ts'
import type { TopicName } from '../topics.ts'
import { type Group, openGroup } from './group.ts'
import { openGroupCommit } from './group-commit.ts'
import { openStore, type Store } from './store.ts'

export type EmbeddedLog = Log

export interface EmbeddedLogOptions {
  /** The file; its directory is made when it is missing. */
  readonly path: string
  /** 1 to 31, fixed when the log is made; 4 unless given. */
  readonly partitions?: number
  readonly logger: Logger
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** @throws LogError LOG_IN_USE when another process has it open, LOG_UNREADABLE, LOG_PARTITIONS, LOG_DISK_FULL */
export function openEmbeddedLog({ path, partitions, logger, now = Date.now }: EmbeddedLogOptions): EmbeddedLog {
  const store = openStore(path, partitions, now)
  const groups = new Map<string, Group>()
  const commit = openGroupCommit(store, () => groups.forEach((group) => group.wake()))
  let open = true
  const refuseClosed = () => {
    if (!open) throw logClosed()
  }
  const groupOf = (name: string) => {
    const group = groups.get(name) ?? openGroup(name, store, commit)
    groups.set(name, group)
    return group
  }
  logger.info('log opened', { adapter: 'embedded', path, partitions: store.partitions })
  return {
    partitionOf: (_topic, key) => partitionOf(key, store.partitions),
    async append(records) {
      refuseClosed()
      if (records.length > 0) await commit.write({ records })
    },
    async join(group, topics) {
      refuseClosed()
      return groupOf(group).join(topics)
    },
    async lag(group, topics) {
      refuseClosed()
      return lagOf(store, group, topics)
    },
    async trim(nowMs) {
      refuseClosed()
      await store.trim(nowMs)
    },
    async close() {
      if (!open) return
      open = false
      commit.close()
      for (const group of groups.values()) group.close()
      store.close()
      logger.info('log closed', { adapter: 'embedded', path })
    },
  }
}

function lagOf(store: Store, group: string, topics: readonly TopicName[]): number {
  let lag = 0
  for (const topic of topics) {
    const table = store.table(topic)
    for (let partition = 0; partition < store.partitions; partition++) {
      lag += table.end(partition) - Math.max(store.committed(group, { topic, partition }), table.start(partition))
    }
  }
  return lag
}
