/** The sink: from the log into the tables. A batch that comes again changes nothing. */
import { type Batch, type Logger, type LogRecord, type Stage, Unreadable } from '@kanalblick/stream'
import type { Warehouse } from './connect.ts'
import { erasedActions, withoutErased } from './erased-events.ts'
import { compareWithStored, rememberRestated, sortVersions, storedVersions, toStoredVersion } from './restatements.ts'
import { type FateRow, readEvents, readFates, toFateRows, toHour, toRow, toTombstone } from './rows.ts'
import { markStale } from './stale-days.ts'
import { insertRows } from './statements.ts'

export interface WarehouseStageOptions {
  readonly warehouse: Warehouse
  /** Makes UUIDs. */
  readonly newId: () => string
  readonly logger: Logger
}

export function createWarehouseStage(options: WarehouseStageOptions): Stage<'warehouse'> {
  return {
    name: 'warehouse',
    async process(batch) {
      await (batch.topic === 'events.enriched.v1' ? storeEvents(batch, options) : storeFates(batch, options))
      return []
    },
  }
}

async function storeEvents(batch: Batch, { warehouse: { client }, newId, logger }: WarehouseStageOptions): Promise<void> {
  const { readable, unreadable } = sortOut(batch, readEvents)
  if (unreadable.length > 0) {
    reportUnreadable(batch, unreadable, logger)
    await insertRows(client, 'fates', unreadable.flatMap(toUnreadableFate))
  }
  const { newest, older } = sortVersions(readable)
  // Asked at once: while others work in this thread, every answer waits for its turn.
  const [actions, stored] = await Promise.all([erasedActions(client, newest), storedVersions(client, newest)])
  const { events: allowed, fates } = withoutErased(newest, actions)
  await insertRows(client, 'fates', fates)
  const { events, superseded } = compareWithStored(allowed, [...stored, ...older.map(toStoredVersion)])
  await rememberRestated(client, events)
  const insertId = newId()
  const rows = events.map((event) => toRow(event, insertId))
  const tombstones = superseded.map(({ row, version }) => toTombstone(row, version, insertId))
  await insertRows(client, 'events', rows)
  await insertRows(client, 'events', tombstones)
  // Behind the inserts: a recomputation that saw the mark saw the events. Killed in between, the batch comes again.
  await markStale(client, [...new Set([...rows, ...tombstones].map(({ day }) => day))], insertId)
}

async function storeFates(batch: Batch, { warehouse: { client }, logger }: WarehouseStageOptions): Promise<void> {
  const { readable, unreadable } = sortOut(batch, readFates)
  if (unreadable.length > 0) reportUnreadable(batch, unreadable, logger)
  await insertRows(client, 'fates', readable.flatMap(toFateRows))
}

function sortOut<Value>(batch: Batch, read: (record: LogRecord) => readonly (Value | Unreadable)[]) {
  const readable: Value[] = []
  const unreadable: LogRecord[] = []
  for (const record of batch.records) {
    for (const one of read(record)) {
      if (one instanceof Unreadable) unreadable.push(one.record)
      else readable.push(one)
    }
  }
  return { readable, unreadable }
}

const reportUnreadable = ({ topic, partition }: Batch, records: readonly LogRecord[], logger: Logger) =>
  logger.error('records are not what their topic promises', { topic, partition, offset: records[0]?.offset, records: records.length })

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Booked as rejected, so that the books say where the event ended; the record stays in the log until its retention passes. */
const toUnreadableFate = ({ key, appendedAtMs }: LogRecord): FateRow[] =>
  uuid.test(key)
    ? [{ hour: toHour(appendedAtMs), channel: '', event_id: key, version: 1, stage: 'warehouse', outcome: 'rejected', reason: 'record_unreadable' }]
    : []
