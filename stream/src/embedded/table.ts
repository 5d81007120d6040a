/** The records of one topic: a table of blocks, whose row id is the place of the block's first record, `partition * 2^48 + offset`. */
import type { Database } from 'libsql'
import { type Erasure, erased, isErased, type LogRecord, type NewRecord, type Stored } from '../log.ts'
import type { TopicName } from '../topics.ts'
import { batchLimits } from './batch.ts'
import { inBlocks, packBlock, unpackBlock } from './block.ts'
import { openTail } from './tail.ts'

const span = 2 ** 48
/** Keeps every id a safe integer. */
export const maxPartitions = 31

export interface Table {
  /** The offset of the oldest record still there, or `end` when there is none. */
  start(partition: number): number
  /** The offset that the next record gets. */
  end(partition: number): number
  append(partition: number, records: readonly NewRecord[], nowMs: number): void
  /** Consecutive records from `offset`, as many as fit in a batch. */
  read(partition: number, offset: number): LogRecord[]
  /** From now on somebody in this process reads the topic: keep what is appended until it was passed. */
  follow(): void
  /** A group has moved past all that lies before the offset. */
  passed(partition: number, offset: number): void
  /** Removes the oldest records, about `limit` at most, until one was appended at `beforeMs` or later. Returns how many. */
  expire(partition: number, beforeMs: number, limit: number): number
  /** Puts what is left of the record in its place. */
  erase(erasure: Erasure): void
  /** Learns start and end from the file again, after a transaction was undone. */
  reload(): void
}

export function openTable(db: Database, topic: TopicName, partitions: number): Table {
  createTable(db, topic)
  const statements = prepare(db, topic)
  const bounds: Bounds = { start: [], end: [] }
  const most = batchLimits(topic)
  const tails = Array.from({ length: partitions }, () => openTail(most))
  let followed = false
  const reload = () => {
    for (const tail of tails) tail.clear()
    for (let partition = 0; partition < partitions; partition++) {
      const start = statements.start.get(topic, partition)?.[0] ?? 0
      const end = statements.end.get(partition * span, (partition + 1) * span)?.[0]
      bounds.start[partition] = start
      bounds.end[partition] = end === undefined ? start : end - partition * span
    }
  }
  reload()
  const start = (partition: number) => bounds.start[partition] ?? 0
  const end = (partition: number) => bounds.end[partition] ?? 0
  return {
    start,
    end,
    reload,
    append(partition, records, nowMs) {
      for (const some of inBlocks(records)) {
        const offset = end(partition)
        statements.append.run(partition * span + offset, nowMs, ...contentOf(some))
        bounds.end[partition] = offset + some.length
        if (followed) tails[partition]?.add(some.map(({ key, value, content }, n) => ({ offset: offset + n, key, value, content, appendedAtMs: nowMs })))
      }
    },
    follow() {
      followed = true
    },
    passed: (partition, offset) => tails[partition]?.pass(offset),
    read(partition, offset) {
      const newest = tails[partition]?.read(offset) ?? []
      if (newest.length > 0) return newest
      const wanted = partition * span + offset
      const first = statements.block.get(wanted)?.[0] ?? wanted
      const last = statements.fits.get(first, partition * span + end(partition), most.records, most.bytes)?.[0] ?? first
      const records = statements.read.all(first, last).flatMap((row) => recordsOf(row, partition))
      return first === wanted ? records : records.filter((record) => record.offset >= offset)
    },
    erase({ partition, offset, left = () => erased }) {
      tails[partition]?.clear()
      const place = partition * span + offset
      const first = statements.block.get(place)?.[0] ?? place
      for (const row of statements.read.all(first, first)) {
        const records = recordsOf(row, partition).map((record) =>
          record.offset === offset && !isErased(record) ? { ...record, ...left(record.value) } : record,
        )
        statements.replace.run(...contentOf(records), first)
      }
    },
    expire(partition, beforeMs, limit) {
      const from = start(partition)
      const first = partition * span
      const survivor = statements.survivor.get(first + from, first + end(partition), beforeMs, first + from + limit)?.[0]
      const kept = survivor === undefined ? end(partition) : survivor - first
      if (kept === from) return 0
      tails[partition]?.clear()
      statements.remove.run(first + from, first + kept)
      statements.restart.run(topic, partition, kept)
      bounds.start[partition] = kept
      return kept - from
    },
  }
}

/** Offsets per partition, as the file has them. */
interface Bounds {
  readonly start: number[]
  readonly end: number[]
}

interface Query<Row> {
  get(...values: unknown[]): Row | undefined
  all(...values: unknown[]): Row[]
}
type Id = [number]
type Row = [id: number, appendedAtMs: number, records: number, key: Buffer, value: Buffer]

/** A record alone stands as it is, several as a block without a key. */
function contentOf(records: readonly Stored[]): [records: number, key: Buffer, value: Uint8Array] {
  const [only] = records
  return only && records.length === 1 ? [1, Buffer.from(only.key), only.value] : [records.length, Buffer.alloc(0), packBlock(records)]
}

function recordsOf([id, appendedAtMs, records, key, value]: Row, partition: number): LogRecord[] {
  const offset = id - partition * span
  return records === 1 ? [{ offset, key: key.toString(), value, appendedAtMs }] : unpackBlock(value, { offset, records, appendedAtMs })
}

function createTable(db: Database, topic: TopicName): void {
  // All small columns stand before the value: reading them must not walk through its pages.
  db.exec(`create table if not exists "${topic}" (
    id integer primary key, appended_at integer not null, records integer not null default 1, key blob not null, value blob not null
  )`)
  // A log of the days when every record had a row of its own.
  const columns = db.prepare('select name from pragma_table_info(?)').all(topic) as { name: string }[]
  if (!columns.some(({ name }) => name === 'records')) db.exec(`alter table "${topic}" add column records integer not null default 1`)
}

function prepare(db: Database, topic: TopicName) {
  const query = <Row>(sql: string) => db.prepare(sql).raw() as unknown as Query<Row>
  return {
    start: query<Id>('select first_offset from starts where topic = ? and partition = ?'),
    end: query<Id>(`select id + records from "${topic}" where id >= ? and id < ? order by id desc limit 1`),
    append: db.prepare(`insert into "${topic}" (id, appended_at, records, key, value) values (?, ?, ?, ?, ?)`),
    /** The block that holds a place. */
    block: query<Id>(`select id from "${topic}" where id <= ?1 and id + records > ?1 order by id desc limit 1`),
    /** The last block that still fits; the first when even that is too large. */
    fits: query<Id>(`
      select coalesce(max(id) filter (where bytes <= ?4 and total <= ?3), min(id))
      from (
        select id, sum(length(value)) over (order by id) as bytes, sum(records) over (order by id) as total
        from "${topic}" where id >= ?1 and id < ?2 order by id limit ?3
      )`),
    read: query<Row>(`select id, appended_at, records, key, value from "${topic}" where id between ? and ? order by id`),
    /** The first block that is too young to expire, or too far from the start for now. */
    survivor: query<Id>(`select id from "${topic}" where id >= ?1 and id < ?2 and (appended_at >= ?3 or id >= ?4) order by id limit 1`),
    replace: db.prepare(`update "${topic}" set records = ?, key = ?, value = ? where id = ?`),
    remove: db.prepare(`delete from "${topic}" where id >= ? and id < ?`),
    restart: db.prepare('insert or replace into starts (topic, partition, first_offset) values (?, ?, ?)'),
  }
}
