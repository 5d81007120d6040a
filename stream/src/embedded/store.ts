/** The log's SQLite file. Everything here is synchronous; one process has the file to itself. */
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import Database from 'libsql'
import type { Erasure, LogPlace, NewRecord } from '../log.ts'
import { LogError } from '../log-error.ts'
import { partitionOf } from '../partition.ts'
import { type TopicName, topicNames, topics } from '../topics.ts'
import { maxPartitions, openTable, type Table } from './table.ts'

export type TopicPartition = Pick<LogPlace, 'topic' | 'partition'>
/** How far a consumer group has come in one partition: the first offset it has not read. */
export interface Position extends LogPlace {
  readonly group: string
}

export interface Store {
  readonly partitions: number
  table(topic: TopicName): Table
  committed(group: string, place: TopicPartition): number
  /** One durable transaction: all of it or, when it throws, nothing. @throws LogError LOG_DISK_FULL */
  write(records: readonly NewRecord[], positions: readonly Position[]): void
  /** Leaves of these records what is said, from the file on. */
  erase(erasures: readonly Erasure[]): Promise<void>
  /** Removes records older than their topic's retention, in small transactions with a turn of the event loop between, then frees the bytes. */
  trim(nowMs: number): Promise<void>
  close(): void
}

/** Of one transaction. */
const recordsAtOnce = 2000
const pagesAtOnce = 1000

/** @throws LogError LOG_IN_USE, LOG_UNREADABLE, LOG_PARTITIONS */
export function openStore(path: string, wanted: number | undefined, now: () => number): Store {
  const db = openDatabase(path)
  const partitions = fixedPartitions(db, { path, wanted })
  const tables = new Map(topicNames.map((topic) => [topic, openTable(db, topic, partitions)]))
  const committed = db.prepare('select next_offset from offsets where consumer_group = ? and topic = ? and partition = ?').raw()
  const commit = db.prepare('insert or replace into offsets (consumer_group, topic, partition, next_offset) values (?, ?, ?, ?)')
  const table = (topic: TopicName) => tables.get(topic) as Table
  const closing = new AbortController()
  const transaction = createTransaction(db, { path, undo: () => tables.forEach((table) => table.reload()) })
  return {
    partitions,
    table,
    committed: (group, { topic, partition }) => (committed.get(group, topic, partition) as [number] | undefined)?.[0] ?? 0,
    write(records, positions) {
      transaction(() => {
        const nowMs = now()
        for (const { topic, partition, records: some } of byPlace(records, partitions)) table(topic).append(partition, some, nowMs)
        for (const { group, topic, partition, offset } of positions) commit.run(group, topic, partition, offset)
      })
      for (const { topic, partition, offset } of positions) table(topic).passed(partition, offset)
    },
    async erase(erasures) {
      for (let from = 0; from < erasures.length && !closing.signal.aborted; from += recordsAtOnce) {
        const some = erasures.slice(from, from + recordsAtOnce)
        transaction(() => some.forEach((erasure) => table(erasure.topic).erase(erasure)))
        await turn()
      }
      if (closing.signal.aborted) return
      // Pages also hold remains of records that were moved from one page to another, and those are not overwritten: the file is written anew.
      db.exec('vacuum')
      db.pragma('wal_checkpoint(truncate)')
    },
    async trim(nowMs) {
      for (const [topic, table] of tables) {
        const beforeMs = nowMs - topics[topic].retentionMs
        for (let partition = 0; partition < partitions; partition++) {
          while (!closing.signal.aborted && transaction(() => table.expire(partition, beforeMs, recordsAtOnce)) > 0) await turn()
        }
      }
      await freeBytes(db, closing.signal)
    },
    close() {
      closing.abort()
      closeDatabase(db)
    },
  }
}

/** In their order within each partition. */
function byPlace(records: readonly NewRecord[], partitions: number): Iterable<TopicPartition & { readonly records: readonly NewRecord[] }> {
  const places = new Map<string, TopicPartition & { readonly records: NewRecord[] }>()
  for (const record of records) {
    const partition = partitionOf(record.key, partitions)
    const name = `${partition} ${record.topic}`
    const place = places.get(name)
    if (place) place.records.push(record)
    else places.set(name, { topic: record.topic, partition, records: [record] })
  }
  return places.values()
}

type Transaction = <Result>(work: () => Result) => Result

function createTransaction(db: Database.Database, { path, undo }: { path: string; undo: () => void }): Transaction {
  return (work) => {
    try {
      db.exec('begin immediate')
      const result = work()
      db.exec('commit')
      return result
    } catch (error) {
      // A full disk ends the transaction by itself: a second rollback would hide the cause.
      if (db.inTransaction) db.exec('rollback')
      undo()
      throw diskFull(error, path)
    }
  }
}

/** Gives the pages of what was deleted back to the disk, a few at a time. */
async function freeBytes(db: Database.Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && count(db, 'freelist_count') > 0) {
    db.exec(`pragma incremental_vacuum(${pagesAtOnce})`)
    await turn()
  }
  // Until then the write-ahead log holds copies of what was deleted.
  if (!signal.aborted) db.pragma('wal_checkpoint(truncate)')
}

/** The driver keeps the file until its statements are collected, so the lock must be given back by hand. */
function closeDatabase(db: Database.Database): void {
  try {
    db.pragma('journal_mode = delete')
    db.pragma('locking_mode = normal')
    db.prepare('select count(*) from sqlite_master').get()
  } catch (error) {
    // On a full disk the write-ahead log stays, with all that was written; the lock ends with the process.
    if (!isDiskFull(error)) throw error
  } finally {
    db.close()
  }
}

// Pages of 16 KiB (a log that exists keeps its own): a block of records lies in few of them, and each is two writes.
const pragmas = ['page_size = 16384', 'locking_mode = exclusive', 'auto_vacuum = incremental', 'journal_mode = wal', 'synchronous = full', 'secure_delete = on']

const schema = `
  create table if not exists log (partitions integer not null);
  create table if not exists starts (
    topic text not null, partition integer not null, first_offset integer not null, primary key (topic, partition)
  ) without rowid;
  create table if not exists offsets (
    consumer_group text not null, topic text not null, partition integer not null, next_offset integer not null,
    primary key (consumer_group, topic, partition)
  ) without rowid;
`

function openDatabase(path: string): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Personal data, if encrypted, lie in it: readable by its owner alone.
    closeSync(openSync(path, 'a', 0o600))
    const db = new Database(path)
    for (const pragma of pragmas) db.pragma(pragma)
    db.exec(schema)
    return db
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'SQLITE_BUSY') throw new LogError('LOG_IN_USE', `Another process has the log ${path} open. Stop it, or choose another data directory.`)
    if (isDiskFull(error)) throw diskFull(error, path)
    const message = `The log ${path} cannot be opened (${code}). Check that its directory exists, may be written to, and that the file is a log.`
    throw new LogError('LOG_UNREADABLE', message, { cause: error })
  }
}

function fixedPartitions(db: Database.Database, { path, wanted }: { path: string; wanted: number | undefined }): number {
  const found = (db.prepare('select partitions from log').get() as { partitions: number } | undefined)?.partitions
  const partitions = wanted ?? found ?? 2
  const refuse = (message: string) => {
    closeDatabase(db)
    return new LogError('LOG_PARTITIONS', message)
  }
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > maxPartitions) {
    throw refuse(`A log has between 1 and ${maxPartitions} partitions, not ${partitions}.`)
  }
  if (found !== undefined && found !== partitions) {
    throw refuse(`The log ${path} was made with ${found} partitions, which decides where every key lies. Set partitions to ${found}, not ${partitions}.`)
  }
  if (found === undefined) db.prepare('insert into log (partitions) values (?)').run(partitions)
  return partitions
}

const isDiskFull = (error: unknown) => /^(SQLITE_FULL|ENOSPC)$/.test(String((error as { code?: unknown }).code))

function diskFull(error: unknown, path: string): unknown {
  if (!isDiskFull(error)) return error
  return new LogError('LOG_DISK_FULL', `The disk of the log ${path} is full; nothing was written. Free some space: the log goes on by itself.`, {
    cause: error,
  })
}

const count = (db: Database.Database, pragma: string) => (db.pragma(pragma) as [Record<string, number>])[0][pragma] ?? 0
