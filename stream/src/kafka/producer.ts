/** Appends through Kafka: callers that wait at the same time share one request, and one request is under way at a time, which keeps the order. */
import { CompressionTypes, type Producer, type TopicMessages } from 'kafkajs'
import type { NewRecord } from '../log.ts'
import { LogError, logClosed } from '../log-error.ts'
import { partitionOf } from '../partition.ts'
import type { TopicName } from '../topics.ts'
import { maxRecordBytes } from './topics.ts'

/** Raw bytes of one request; a single record may be larger. */
const requestBytes = 4_000_000

export interface Appender {
  /** Resolves once all in-sync replicas have the records. @throws LogError LOG_RECORD_TOO_LARGE, LOG_CLOSED */
  readonly append: (records: readonly NewRecord[]) => Promise<void>
  /** Waits for what is under way, then refuses. */
  close(): Promise<void>
}

interface Waiting {
  readonly records: readonly NewRecord[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function openAppender(producer: Producer, partitions: ReadonlyMap<TopicName, number>): Appender {
  let waiting: Waiting[] = []
  let sending: Promise<void> | undefined
  let open = true

  const sendWaiting = async () => {
    while (waiting.length > 0) {
      const callers = waiting
      waiting = []
      try {
        for (const request of requests(callers.flatMap(({ records }) => records))) await sendAll(producer, request, partitions)
        for (const { resolve } of callers) resolve()
      } catch (error) {
        for (const { reject } of callers) reject(error)
      }
    }
    sending = undefined
  }
  return {
    async append(records) {
      if (!open) throw logClosed()
      for (const { topic, key, value } of records) refuseTooLarge(topic, key.length + value.byteLength)
      if (records.length === 0) return
      await new Promise<void>((resolve, reject) => {
        waiting.push({ records, resolve, reject })
        sending ??= new Promise<void>((turn) => setImmediate(turn)).then(sendWaiting)
      })
    },
    async close() {
      open = false
      await sending
    },
  }
}

function refuseTooLarge(topic: TopicName, bytes: number): void {
  if (bytes > maxRecordBytes) throw new LogError('LOG_RECORD_TOO_LARGE', `A record for ${topic} has ${bytes} bytes; ${maxRecordBytes} is the limit.`)
}

function* requests(records: readonly NewRecord[]): Generator<readonly NewRecord[]> {
  let request: NewRecord[] = []
  let bytes = 0
  for (const record of records) {
    if (request.length > 0 && bytes + record.value.byteLength > requestBytes) {
      yield request
      request = []
      bytes = 0
    }
    request.push(record)
    bytes += record.value.byteLength
  }
  yield request
}

/**
 * When a partition's leader moves during the library's own retry, the library may answer without having sent that partition:
 * what no broker acknowledged by name is sent again.
 */
async function sendAll(producer: Producer, records: readonly NewRecord[], partitions: ReadonlyMap<TopicName, number>): Promise<void> {
  const partition = ({ topic, key }: NewRecord) => partitionOf(key, partitions.get(topic) ?? 1)
  for (let unacknowledged = records; unacknowledged.length > 0; ) {
    const acknowledgements = await producer.sendBatch({ acks: -1, compression: CompressionTypes.GZIP, topicMessages: byTopic(unacknowledged, partition) })
    const acknowledged = new Set(acknowledgements.map(({ topicName, partition }) => `${topicName}/${partition}`))
    unacknowledged = unacknowledged.filter((record) => !acknowledged.has(`${record.topic}/${partition(record)}`))
  }
}

function byTopic(records: readonly NewRecord[], partition: (record: NewRecord) => number): TopicMessages[] {
  const topics = new Map<TopicName, TopicMessages>()
  for (const record of records) {
    const { topic, key, value } = record
    const messages = topics.get(topic)?.messages ?? []
    if (messages.length === 0) topics.set(topic, { topic, messages })
    messages.push({ key, value: Buffer.from(value.buffer, value.byteOffset, value.byteLength), partition: partition(record) })
  }
  return [...topics.values()]
}
