/** What the consumer does with the records it fetched: offers them to the member in batches, and shows signs of life until it is done. */
import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import { type Batch, type LogRecord, StaleBatchError } from '../log.ts'
import type { TopicName } from '../topics.ts'
import type { Hand, Offer } from './hand.ts'
import type { Positions } from './positions.ts'

export interface EachBatch {
  readonly hand: Hand
  readonly positions: Positions
  /** Milliseconds between signs of life. */
  readonly beatMs: number
}

/** What one batch may hold; a single record may be larger. */
const batchRecords = 2000
const batchBytes = 4_000_000

/** The broker's words for "you are not, or not with this assignment, a member of the group". */
const staleTypes = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']

/** An error out of it makes the library join the group again. */
export const createEachBatch =
  ({ hand, positions, beatMs }: EachBatch) =>
  async (payload: EachBatchPayload): Promise<void> => {
    const topic = payload.batch.topic as TopicName
    const { partition } = payload.batch
    for (const records of slices(payload.batch.messages)) {
      if (!payload.isRunning() || payload.isStale()) return
      await payload.heartbeat()
      const first = records[0]?.offset ?? 0
      const missed = positions.missedBefore(topic, partition, first)
      // Having found the records gone, the library committed "from the oldest": without this, a restart would forget where the group stood.
      if (missed > 0) await payload.commitOffsetsIfNecessary(upTo(payload.batch, first - missed))
      const batch = { topic, partition, records, missed }
      if (!(await hold(hand, { batch, commit: commitAfter(batch, payload, positions) }, { payload, beatMs }))) return
    }
  }

/** `true` once the member has advanced the batch, `false` once it is taken from it. */
async function hold(hand: Hand, offer: Offer, { payload, beatMs }: { payload: EachBatchPayload; beatMs: number }): Promise<boolean> {
  const settled = hand.offer(offer)
  try {
    for (;;) {
      const advanced = await within(beatMs, settled)
      if (advanced !== undefined) return advanced
      if (!payload.isRunning() || payload.isStale()) return false
      await payload.heartbeat()
    }
  } finally {
    await hand.withdraw()
  }
}

function commitAfter(batch: Batch, payload: EachBatchPayload, positions: Positions): Offer['commit'] {
  const { topic, partition, records } = batch
  const generation = positions.generation()
  const last = records.at(-1)?.offset ?? -1
  return async (append) => {
    await append()
    if (generation !== positions.generation()) throw new StaleBatchError(batch)
    try {
      await payload.commitOffsetsIfNecessary(upTo(batch, last + 1))
    } catch (error) {
      throw staleTypes.includes(String((error as { type?: unknown }).type)) ? new StaleBatchError(batch) : error
    }
    payload.resolveOffset(String(last))
    positions.advancedTo(topic, partition, last + 1)
  }
}

const upTo = ({ topic, partition }: { topic: string; partition: number }, offset: number) => ({
  topics: [{ topic, partitions: [{ partition, offset: String(offset) }] }],
})

/** Messages in portions that one batch may hold. */
export function* slices(messages: readonly KafkaMessage[]): Generator<LogRecord[]> {
  let slice: LogRecord[] = []
  let bytes = 0
  for (const message of messages) {
    const record = toRecord(message)
    if (slice.length > 0 && (slice.length === batchRecords || bytes + record.value.byteLength > batchBytes)) {
      yield slice
      slice = []
      bytes = 0
    }
    slice.push(record)
    bytes += record.value.byteLength
  }
  if (slice.length > 0) yield slice
}

const toRecord = ({ offset, key, value, timestamp }: KafkaMessage): LogRecord => ({
  offset: Number(offset),
  key: key?.toString() ?? '',
  value: value ?? new Uint8Array(),
  appendedAtMs: Number(timestamp),
})

/** What the promise resolves with, or `undefined` when it takes longer. */
async function within<Result>(ms: number, promise: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
