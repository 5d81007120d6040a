/** Reads a topic from its beginning to where it ends now, in a group of its own that nobody sees again. */
import { randomUUID } from 'node:crypto'
import type { Admin } from 'kafkajs'
import type { Batch } from '../log.ts'
import type { Logger } from '../logger.ts'
import type { TopicName } from '../topics.ts'
import { type Connection, createClient, reach, retrying } from './client.ts'
import { slices } from './each-batch.ts'
import { openHand } from './hand.ts'

interface ScanOptions {
  readonly connection: Connection
  readonly logger: Logger
  readonly admin: Admin
}

export async function* scanTopic(topic: TopicName, { connection, logger, admin }: ScanOptions): AsyncGenerator<Batch, void> {
  const offsets = await retrying(() => admin.fetchTopicOffsets(topic))
  const ends = new Map(offsets.filter(({ low, high }) => Number(low) < Number(high)).map(({ partition, high }) => [partition, Number(high)]))
  if (ends.size === 0) return

  const groupId = `kanalblick.scan.${randomUUID()}`
  const consumer = createClient(connection, logger, () => false).consumer({ groupId, allowAutoTopicCreation: false, maxBytesPerPartition: 1_000_000 })
  const hand = openHand()
  let crash: unknown
  let done = false
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    crash = payload.error
    hand.close()
  })
  try {
    await reach(connection.brokers, () => consumer.connect())
    await retrying(() => consumer.subscribe({ topics: [topic], fromBeginning: true }))
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { partition, messages }, heartbeat }) => {
        for (const records of slices(messages)) {
          if (done) return
          await hand.offer({ batch: { topic, partition, records, missed: 0 }, commit: (append) => append() })
          await heartbeat()
        }
      },
    })
    while (ends.size > 0) {
      const batch = await hand.next()
      if (!batch) throw crash
      const { partition, records } = batch
      const end = ends.get(partition) ?? 0
      const there = records.filter(({ offset }) => offset < end)
      if (there.length > 0) yield { ...batch, records: there }
      if ((records.at(-1)?.offset ?? 0) + 1 >= end) ends.delete(partition)
      await hand.advance(batch, async () => undefined)
    }
  } finally {
    done = true
    hand.close()
    await hand.withdraw()
    await consumer.disconnect()
    await admin.deleteGroups([groupId]).catch(() => undefined)
  }
}
