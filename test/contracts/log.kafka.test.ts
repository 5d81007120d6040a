import type { TopicName } from '@kanalblick/stream'
import { topicNames } from '@kanalblick/stream'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type KafkaBroker, kafkaMissing, startKafka } from '../support/kafka.ts'
import { logContract } from './log.contract.ts'

const missing = kafkaMissing()

if (missing && !process.env['CI']) {
  test.skip(`runs the contract on Kafka [${missing}]`)
} else {
  let broker: KafkaBroker
  let admin: Admin

  beforeAll(async () => {
    broker = await startKafka()
    admin = new Kafka({ clientId: 'test', brokers: broker.brokers.split(','), logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  })
  afterAll(async () => {
    await admin?.disconnect()
    await broker?.stop()
  })

  logContract({
    name: 'Kafka log',
    async place() {
      await deleteTopics(admin)
      return { spec: { adapter: 'kafka', brokers: broker.brokers }, expire: (_, topic) => deleteRecords(admin, topic), remove: async () => undefined }
    },
    exceptions: {
      'appends outputs and moves on in one step, even when its process is killed': 'Kafka appends, then commits: a kill in between repeats the outputs',
    },
  })
}

async function deleteTopics(admin: Admin): Promise<void> {
  const left = async () => (await admin.listTopics()).filter((topic) => topicNames.includes(topic as TopicName))
  const topics = await left()
  if (topics.length > 0) await admin.deleteTopics({ topics })
  while ((await left()).length > 0);
}

/** What the broker does when a segment is older than its retention. */
async function deleteRecords(admin: Admin, topic: TopicName): Promise<void> {
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({ topic, partitions: ends.map(({ partition, high }) => ({ partition, offset: high })) })
}
