/** The log in one SQLite file, for one process: no server to run, the same promises. */
import { setImmediate as turn } from 'node:timers/promises'
import { type Batch, isErased, type Log } from '../log.ts'
import { logClosed } from '../log-error.ts'
import type { Logger } from '../logger.ts'
import type { TopicName } from '../topics.ts'
import { type Group, openGroup } from './group.ts'
import { openGroupCommit } from './group-commit.ts'
import { openStore, type Store, type TopicPartition } from './store.ts'

export type EmbeddedLog = Log

export interface EmbeddedLogOptions {
  /** The file; its directory is made when it is missing. */
  readonly path: string
  /** 1 to 31, fixed when the log is made; 2 unless given. */
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
    partitions: () => store.partitions,
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
    scan(topic) {
      refuseClosed()
      return scan(store, topic)
    },
    async ends(topics) {
      refuseClosed()
      return topics.flatMap((topic) => placesOf(store, topic).map((place) => ({ ...place, offset: store.table(topic).end(place.partition) })))
    },
    async hasPassed(group, places) {
      refuseClosed()
      return places.every((place) => place.offset <= Math.max(store.committed(group, place), store.table(place.topic).start(place.partition)))
    },
    canErase: true,
    async erase(erasures) {
      refuseClosed()
      await store.erase(erasures)
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

const placesOf = (store: Store, topic: TopicName): TopicPartition[] => Array.from({ length: store.partitions }, (_, partition) => ({ topic, partition }))

async function* scan(store: Store, topic: TopicName): AsyncGenerator<Batch, void> {
  const table = store.table(topic)
  const ends = placesOf(store, topic).map(({ partition }) => table.end(partition))
  for (const [partition, end] of ends.entries()) {
    for (let offset = table.start(partition); offset < end; ) {
      const records = table.read(partition, offset)
      offset = (records.at(-1)?.offset ?? end) + 1
      const there = records.filter((record) => record.offset < end && !isErased(record))
      if (there.length > 0) yield { topic, partition, records: there, missed: 0 }
      await turn()
    }
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
