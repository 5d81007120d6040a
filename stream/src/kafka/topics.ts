/** The log's topics as Kafka keeps them: made when missing, never left to the broker's defaults. */
import kafkajs, { type Admin } from 'kafkajs'
import type { Logger } from '../logger.ts'
import { type TopicName, topicNames, topics } from '../topics.ts'
import { retrying } from './client.ts'

/** Raw bytes of the largest record; compressed, with its frame, it may even be a little more. */
export const maxRecordBytes = 8_000_000
const maxMessageBytes = 10_000_000

/** Kafka deletes whole segments, counted from the newest record in them: the segment's own span goes off the retention. */
function topicSettings(topic: TopicName): Record<string, string> {
  const { retentionMs } = topics[topic]
  const segmentMs = Math.round(retentionMs / 12)
  return {
    'cleanup.policy': 'delete',
    'compression.type': 'producer',
    'max.message.bytes': String(maxMessageBytes),
    'message.timestamp.type': 'LogAppendTime',
    'retention.ms': String(retentionMs - segmentMs),
    'segment.ms': String(segmentMs),
  }
}

export interface TopicOptions {
  readonly partitions: number
  /** Three, or as many as there are brokers, unless given. */
  readonly replicationFactor?: number | undefined
  readonly logger: Logger
}

/**
 * Makes the topics that are missing, and waits until every partition answers: the first appends would be repeated otherwise. Resolves with
 * the number of partitions that each topic has.
 */
export async function ensureTopics(admin: Admin, { partitions, replicationFactor, logger }: TopicOptions): Promise<Map<TopicName, number>> {
  const existing = new Set(await admin.listTopics())
  const missing = topicNames.filter((topic) => !existing.has(topic))
  if (missing.length > 0) {
    const replicas = replicationFactor ?? Math.min(3, (await admin.describeCluster()).brokers.length)
    const settings = (topic: TopicName) => ({ ...topicSettings(topic), ...(replicas >= 3 ? { 'min.insync.replicas': '2' } : {}) })
    const configEntries = (topic: TopicName) => Object.entries(settings(topic)).map(([name, value]) => ({ name, value }))
    const created = missing.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: replicas, configEntries: configEntries(topic) }))
    await admin.createTopics({ waitForLeaders: false, topics: created })
    await Promise.all(missing.map((topic) => retrying(() => admin.fetchTopicOffsets(topic))))
  }
  await warnOfDrift(admin, logger)
  const metadata = await admin.fetchTopicMetadata({ topics: topicNames })
  return new Map(metadata.topics.map(({ name, partitions }) => [name as TopicName, partitions.length]))
}

/** Someone may have tuned a topic: that is theirs to decide, but a longer retention breaks a promise to the persons concerned. */
async function warnOfDrift(admin: Admin, logger: Logger): Promise<void> {
  const resources = topicNames.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name }))
  const described = await admin.describeConfigs({ resources, includeSynonyms: false })
  for (const { resourceName, configEntries } of described.resources) {
    const wanted = topicSettings(resourceName as TopicName)
    for (const { configName, configValue } of configEntries) {
      const value = wanted[configName]
      if (value !== undefined && value !== configValue) {
        logger.warn('a topic differs from its declaration: alter it back', { topic: resourceName, setting: configName, value: configValue, declared: value })
      }
    }
  }
}
