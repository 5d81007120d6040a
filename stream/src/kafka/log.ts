/** The log in Kafka, for more than one machine. kafkajs is trusted with transport only: order, loss and ownership are checked here. */
import { Partitioners } from 'kafkajs'
import type { Log, Member } from '../log.ts'
import { logClosed } from '../log-error.ts'
import type { Logger } from '../logger.ts'
import { type Connection, createClient, reach, retrying } from './client.ts'
import { openMember } from './member.ts'
import { readOffsets } from './positions.ts'
import { openAppender } from './producer.ts'
import { scanTopic } from './scan.ts'
import { ensureTopics } from './topics.ts'

export interface KafkaLogOptions extends Connection {
  /** Of topics that are made now; topics that exist keep theirs. 4 unless given. */
  readonly partitions?: number
  readonly replicationFactor?: number
  /** 45 s unless given: after this time without a sign of life a member's partitions go to others. */
  readonly sessionTimeoutMs?: number
  /** 60 s unless given: after this time with records waiting and none handed over, the process is no longer of use. */
  readonly stallMs?: number
  readonly logger: Logger
  /** The consumer ended, or stands still, and will not recover by itself: end the process and let its supervisor start it again. */
  readonly onFatal: (error: unknown) => void
}

/** @throws LogError LOG_UNREACHABLE when no broker answers within ten seconds */
export async function openKafkaLog(options: KafkaLogOptions): Promise<Log> {
  const { logger, sessionTimeoutMs = 45_000, stallMs = 60_000, onFatal } = options
  const { admin, partitionsOf, appender, disconnect } = await connect(options)
  const members = new Set<Member>()
  let open = true
  const refuseClosed = () => {
    if (!open) throw logClosed()
  }
  logger.info('log opened', { adapter: 'kafka', brokers: options.brokers, topics: partitionsOf.size })
  return {
    partitions: (topic) => partitionsOf.get(topic) ?? 1,
    append: (records) => appender.append(records),
    async join(name, topics) {
      refuseClosed()
      const { append } = appender
      const member = await openMember({ connection: options, logger, admin, group: groupId(name), topics, append, sessionTimeoutMs, stallMs, onFatal })
      members.add(member)
      const close = () => {
        members.delete(member)
        return member.close()
      }
      return { ...member, close }
    },
    async lag(name, topics) {
      refuseClosed()
      const wanted = topics.map((topic) => ({ topic }))
      const offsets = await retrying(() => readOffsets(admin, groupId(name), wanted))
      return offsets.reduce((sum, { committed = 0, oldest, end }) => sum + end - Math.max(committed, oldest), 0)
    },
    scan(topic) {
      refuseClosed()
      return scanTopic(topic, { connection: options, logger, admin })
    },
    async ends(topics) {
      refuseClosed()
      const perTopic = topics.map(async (topic) => {
        const offsets = await retrying(() => admin.fetchTopicOffsets(topic))
        return offsets.map(({ partition, high }) => ({ topic, partition, offset: Number(high) }))
      })
      return (await Promise.all(perTopic)).flat()
    },
    async hasPassed(name, places) {
      refuseClosed()
      const wanted = [...new Set(places.map(({ topic }) => topic))].map((topic) => ({ topic }))
      const offsets = await retrying(() => readOffsets(admin, groupId(name), wanted))
      const passed = new Map(offsets.map(({ topic, partition, committed = 0, oldest }) => [`${topic}/${partition}`, Math.max(committed, oldest)]))
      return places.every(({ topic, partition, offset }) => offset <= (passed.get(`${topic}/${partition}`) ?? 0))
    },
    canErase: false,
    erase: async () => refuseClosed(),
    // The broker does it by the topics' own settings.
    trim: async () => refuseClosed(),
    async close() {
      if (!open) return
      open = false
      await Promise.all(Array.from(members, (member) => member.close()))
      await appender.close()
      await disconnect()
      logger.info('log closed', { adapter: 'kafka' })
    },
  }
}

async function connect(options: KafkaLogOptions) {
  const { brokers, logger, partitions = 4, replicationFactor } = options
  const client = createClient(options, logger)
  const admin = client.admin()
  const producer = client.producer({ allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner })
  const disconnect = () => Promise.all([producer.disconnect(), admin.disconnect()])
  try {
    const partitionsOf = await reach(brokers, async () => {
      await Promise.all([admin.connect(), producer.connect()])
      return ensureTopics(admin, { partitions, replicationFactor, logger })
    })
    return { admin, partitionsOf, appender: openAppender(producer, partitionsOf), disconnect }
  } catch (error) {
    await disconnect()
    throw error
  }
}

const groupId = (name: string) => `kanalblick.${name}`
