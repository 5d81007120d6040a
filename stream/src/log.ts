/**
 * The append-only event log: the port that both adapters (`embedded/`, `kafka/`) fulfil.
 * The promises below are the cases of `test/contracts/log.contract.ts`.
 */
import type { TopicName } from './topics.ts'

/** A record to append. `key` decides the partition; `value` is opaque to the log. */
export interface NewRecord {
  readonly topic: TopicName
  readonly key: string
  readonly value: Uint8Array
  /** What `value` is the JSON of. A reader in the same process may be handed it with the record, and nobody changes it any more. */
  readonly content?: unknown
}

/** A record as read: its place in the log never changes. */
export interface LogRecord {
  readonly offset: number
  readonly key: string
  readonly value: Uint8Array
  /** What the value is the JSON of, where the log still knows it. */
  readonly content?: unknown
  /** Milliseconds since the epoch, set by the log when it appended the record. */
  readonly appendedAtMs: number
}

/** A place in the log: of a record, or behind the last one. */
export interface LogPlace {
  readonly topic: TopicName
  readonly partition: number
  readonly offset: number
}

/** What is stored of a record. */
export type Stored = Pick<NewRecord, 'key' | 'value'>

/** A record to erase: all of it, unless `left` says of its value what stays. What stays keeps its place, whatever its key now is. */
export interface Erasure extends LogPlace {
  readonly left?: (value: Uint8Array) => Stored
}

/** What is left of a record that was erased as a whole: no stage ever writes it, and the loop that runs them passes over it. */
export const erased: Stored = { key: '', value: Uint8Array.of(0) }
export const isErased = ({ value }: Pick<LogRecord, 'value'>): boolean => value.length === 1 && value[0] === 0

/** Consecutive records of one partition; never empty. */
export interface Batch {
  readonly topic: TopicName
  readonly partition: number
  readonly records: readonly LogRecord[]
  /** Records before this batch that retention removed before the group read them. Above zero means loss: say so loudly. */
  readonly missed: number
}

export interface Log {
  /** How many partitions the topic has; `partitionOf` says to which of them a key belongs. */
  partitions(topic: TopicName): number
  /** Appends all records or none of them visibly acknowledged; resolves once they survive a crash. */
  append(records: readonly NewRecord[]): Promise<void>
  /** Joins a consumer group. Members of one group share the partitions; each partition has one member at a time. */
  join(group: string, topics: readonly TopicName[]): Promise<Member>
  /** How many records the group has still to read. Zero means caught up. */
  lag(group: string, topics: readonly TopicName[]): Promise<number>
  /** The records of a topic, partition by partition and in order, whatever any group has read. Ends with what was there when it began. */
  scan(topic: TopicName): AsyncIterable<Batch>
  /** Where the partitions of these topics end: all that was appended until now lies before. */
  ends(topics: readonly TopicName[]): Promise<readonly LogPlace[]>
  /** Whether the group has moved past all that lies before these places. */
  hasPassed(group: string, places: readonly LogPlace[]): Promise<boolean>
  /** Whether `erase` does anything. A log that cannot change what it holds leaves records to their topic's retention. */
  readonly canErase: boolean
  /**
   * Takes these records away, keys too, or the part of them that is not left, from the log's files too; their places stay. For records
   * that every group has moved past. Asked for no record, it clears the files of what an erasure that was cut off has left in them.
   */
  erase(erasures: readonly Erasure[]): Promise<void>
  /** Removes what retention has passed and frees the bytes. A log whose broker does that by itself does nothing here. */
  trim(nowMs: number): Promise<void>
  close(): Promise<void>
}

/** One member of a consumer group. One batch is in the member's hands at a time. */
export interface Member {
  /** The next batch, waiting for records if there are none; `undefined` after `close`. */
  next(): Promise<Batch | undefined>
  /**
   * Appends what came of the batch, then moves the group past it. Embedded: one transaction. Kafka: acknowledged produce, then commit.
   * @throws StaleBatchError when the partition was given to another member meanwhile: forget the batch, its new owner does the work.
   */
  advance(batch: Batch, outputs: readonly NewRecord[]): Promise<void>
  /** Gives the batch back unread: `next` returns it again. For a batch that cannot be processed just now. */
  retreat(batch: Batch): Promise<void>
  /** Leaves the group; a waiting `next` resolves with `undefined`. */
  close(): Promise<void>
}

/** The partition of a batch was given to another member of the group while the batch was being processed. */
export class StaleBatchError extends Error {
  readonly code = 'STALE_BATCH'
  constructor(batch: Pick<Batch, 'topic' | 'partition'>) {
    super(`Partition ${batch.partition} of ${batch.topic} now belongs to another member of the group.`)
    this.name = 'StaleBatchError'
  }
}
