/** The records of one topic: a table whose row id is the record's place, `partition * 2^48 + offset`. */
import type { Database } from 'libsql'
import { erasedValue, type LogRecord, type NewRecord } from '../log.ts'
import type { TopicName } from '../topics.ts'

const span = 2 ** 48
/** Keeps every id a safe integer. */
export const maxPartitions = 31

/** What one batch may hold; a single record may be larger. */
const batchRecords = 2000
const batchBytes = 4_000_000

export interface Table {
  /** The offset of the oldest record still there, or `end` when there is none. */
  start(partition: number): number
  /** The offset that the next record gets. */
  end(partition: number): number
  append(partition: number, record: NewRecord, nowMs: number): void
  /** Consecutive records from `offset`, as many as fit in a batch. */
  read(partition: number, offset: number): LogRecord[]
  /** Removes the oldest records, at most `limit`, until one was appended at `beforeMs` or later. Returns how many. */
  expire(partition: number, beforeMs: number, limit: number): number
  /** Takes the record's value away; its place stays. */
  erase(partition: number, offset: number): void
  /** Learns start and end from the file again, after a transaction was undone. */
  reload(): void
}

export function openTable(db: Database, topic: TopicName, partitions: number): Table {
  // `appended_at` stands before the value: reading it must not walk through a large value's pages.
  db.exec(`create table if not exists "${topic}" (id integer primary key, appended_at integer not null, key blob not null, value blob not null)`)
  const statements = prepare(db, topic)
  const bounds: Bounds = { start: [], end: [] }
  const reload = () => {
    for (let partition = 0; partition < partitions; partition++) {
      const start = statements.start.get(topic, partition)?.[0] ?? 0
      const last = statements.last.get(partition * span, (partition + 1) * span)?.[0]
      bounds.start[partition] = start
      bounds.end[partition] = last === undefined ? start : last - partition * span + 1
    }
  }
  reload()
  const start = (partition: number) => bounds.start[partition] ?? 0
  const end = (partition: number) => bounds.end[partition] ?? 0
  return {
    start,
    end,
    reload,
    append(partition, { key, value }, nowMs) {
      const offset = end(partition)
      statements.append.run(partition * span + offset, nowMs, Buffer.from(key), value)
      bounds.end[partition] = offset + 1
    },
    read(partition, offset) {
      const first = partition * span + offset
      const last = statements.fits.get(first, partition * span + end(partition), batchRecords, batchBytes)?.[0] ?? first
      return statements.read.all(first, last).map(([id, ...rest]) => toRecord(id - partition * span, rest))
    },
    erase(partition, offset) {
      statements.erase.run(Buffer.from(erasedValue), partition * span + offset)
    },
    expire(partition, beforeMs, limit) {
      const from = start(partition)
      const kept = firstKept(statements, { partition, from, until: Math.min(from + limit, end(partition)), beforeMs })
      if (kept === from) return 0
      statements.remove.run(partition * span + from, partition * span + kept)
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

interface Expiry {
  readonly partition: number
  readonly from: number
  readonly until: number
  readonly beforeMs: number
}

/** The first offset whose record is too young to expire, or `until`. */
function firstKept(statements: Statements, { partition, from, until, beforeMs }: Expiry): number {
  const survivor = statements.survivor.get(partition * span + from, partition * span + until, beforeMs)?.[0]
  return survivor === undefined ? until : survivor - partition * span
}

interface Query<Row> {
  get(...values: unknown[]): Row | undefined
  all(...values: unknown[]): Row[]
}
type Id = [number]
type Row = [appendedAtMs: number, key: Buffer, value: Buffer]
const toRecord = (offset: number, [appendedAtMs, key, value]: Row): LogRecord => ({ offset, key: key.toString(), value, appendedAtMs })
type Statements = ReturnType<typeof prepare>

function prepare(db: Database, topic: TopicName) {
  const query = <Row>(sql: string) => db.prepare(sql).raw() as unknown as Query<Row>
  return {
    start: query<Id>('select first_offset from starts where topic = ? and partition = ?'),
    last: query<Id>(`select id from "${topic}" where id >= ? and id < ? order by id desc limit 1`),
    append: db.prepare(`insert into "${topic}" (id, appended_at, key, value) values (?, ?, ?, ?)`),
    /** The last record that still fits; the first when even that is too large. */
    fits: query<Id>(`
      select coalesce(max(id) filter (where bytes <= ?4), min(id))
      from (select id, sum(length(value)) over (order by id) as bytes from "${topic}" where id >= ?1 and id < ?2 order by id limit ?3)`),
    read: query<[id: number, ...Row]>(`select id, appended_at, key, value from "${topic}" where id between ? and ? order by id`),
    survivor: query<Id>(`select id from "${topic}" where id >= ? and id < ? and appended_at >= ? order by id limit 1`),
    erase: db.prepare(`update "${topic}" set value = ? where id = ?`),
    remove: db.prepare(`delete from "${topic}" where id >= ? and id < ?`),
    restart: db.prepare('insert or replace into starts (topic, partition, first_offset) values (?, ?, ?)'),
  }
}
