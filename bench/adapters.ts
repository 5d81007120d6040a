/** The embedded stores beside the servers that take their place: the same calls, in turn, on the same machine. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Log, NewRecord } from '@kanalblick/stream'
import { toNewRecords } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { openKafkaLog } from '@kanalblick/stream/kafka'
import { connectWarehouse, createWarehouseStage, migrate, refreshRollups, type Warehouse } from '@kanalblick/warehouse'
import { startClickHouse } from '../test/support/clickhouse.ts'
import { kafkaMissing, startKafka } from '../test/support/kafka.ts'
import { temporaryFolder } from '../test/support/product.ts'
import { silent } from './dataset.ts'
import { enrichedRecords } from './enriched-events.ts'
import type { BenchPart, BenchRow } from './result.ts'
import { interleaved, median, timed } from './statistics.ts'

const rounds = 5
const recordsAtOnce = 500
const appendsPerRound = 40
const batchRecords = 2000
const batchesPerRound = 5

export const run: BenchPart = async () => {
  const missing = kafkaMissing()
  if (missing) throw new Error(missing)
  const folder = await temporaryFolder()
  const [kafka, clickhouse] = await Promise.all([startKafka(), startClickHouse()])
  try {
    const logs = {
      embedded: openEmbeddedLog({ path: join(folder.path, 'log.sqlite'), logger: silent }),
      Kafka: await openKafkaLog({ brokers: kafka.brokers.split(','), clientId: 'bench', logger: silent, onFatal: (error) => console.error(error) }),
    }
    const { url, username, password, database } = clickhouse
    const warehouses = {
      chDB: await connectWarehouse({ path: join(folder.path, 'warehouse') }),
      'ClickHouse server': await connectWarehouse({ url, username, password, database }),
    }
    try {
      return [...(await measureLogs(logs)), ...(await measureWarehouses(warehouses))]
    } finally {
      for (const each of [...Object.values(logs), ...Object.values(warehouses)]) await each.close()
    }
  } finally {
    await Promise.all([kafka.stop(), clickhouse.stop()])
    await folder.remove()
  }
}

async function measureLogs(logs: Readonly<Record<string, Log>>): Promise<BenchRow[]> {
  const records = toNewRecords<'transform'>(
    enrichedRecords(recordsAtOnce * appendsPerRound).map((event) => ({ topic: 'events.enriched.v1', key: event.id, value: event })),
  )
  const of = (work: (log: Log) => Promise<void>) => Object.fromEntries(Object.entries(logs).map(([name, log]) => [name, () => work(log)]))
  const readers = new Map<Log, Reader>()
  for (const log of Object.values(logs)) readers.set(log, await openReader(log))
  const rows: BenchRow[] = []
  const appendMs: Record<string, number[]> = {}
  const readMs: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, [ms = Number.NaN]] of Object.entries(
      await interleaved(
        1,
        of((log) => appendAll(log, records)),
      ),
    ))
      (appendMs[name] ??= []).push(ms)
    for (const [name, [ms = Number.NaN]] of Object.entries(
      await interleaved(
        1,
        of((log) => readers.get(log)?.read(records.length) ?? Promise.resolve()),
      ),
    ))
      (readMs[name] ??= []).push(ms)
  }
  const perSecond = (ms: readonly number[]) => Math.round((records.length / median(ms)) * 1000)
  for (const name of Object.keys(logs)) {
    rows.push({ what: `log, ${name}: append ${recordsAtOnce} at once`, measured: perSecond(appendMs[name] ?? []), unit: 'records/s' })
    rows.push({ what: `log, ${name}: read and advance`, measured: perSecond(readMs[name] ?? []), unit: 'records/s' })
  }
  for (const reader of readers.values()) await reader.close()
  return rows
}

async function appendAll(log: Log, records: readonly NewRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += recordsAtOnce) await log.append(records.slice(from, from + recordsAtOnce))
}

interface Reader {
  read(count: number): Promise<void>
  close(): Promise<void>
}

async function openReader(log: Log): Promise<Reader> {
  const member = await log.join('warehouse', ['events.enriched.v1'])
  return {
    async read(count) {
      for (let left = count; left > 0; ) {
        const batch = await member.next()
        if (!batch) throw new Error('The log was closed.')
        left -= batch.records.length
        await member.advance(batch, [])
      }
    },
    close: () => member.close(),
  }
}

async function measureWarehouses(warehouses: Readonly<Record<string, Warehouse>>): Promise<BenchRow[]> {
  for (const warehouse of Object.values(warehouses)) await migrate(warehouse, { logger: silent })
  const measured: Record<string, { insert: number[]; refresh: number[]; query: number[] }> = {}
  for (let round = 0; round < rounds; round++) {
    const events = enrichedRecords(batchRecords * batchesPerRound)
    for (const [name, warehouse] of Object.entries(warehouses)) {
      const into = (measured[name] ??= { insert: [], refresh: [], query: [] })
      into.insert.push(await timed(() => store(warehouse, events)))
      into.refresh.push(await timed(() => refreshRollups(warehouse, { logger: silent })))
      into.query.push(await timed(() => ask(warehouse)))
    }
  }
  return Object.entries(measured).flatMap(([name, { insert, refresh, query }]): BenchRow[] => [
    {
      what: `warehouse, ${name}: store batches of ${batchRecords}`,
      measured: Math.round(((batchRecords * batchesPerRound) / median(insert)) * 1000),
      unit: 'events/s',
    },
    { what: `warehouse, ${name}: refresh of the day`, measured: Math.round(median(refresh)), unit: 'ms' },
    { what: `warehouse, ${name}: one question to a rollup`, measured: Number(median(query).toPrecision(3)), unit: 'ms' },
  ])
}

async function store(warehouse: Warehouse, events: ReturnType<typeof enrichedRecords>): Promise<void> {
  const stage = createWarehouseStage({ warehouse, newId: randomUUID, logger: silent })
  for (let from = 0; from < events.length; from += batchRecords) {
    const records = events.slice(from, from + batchRecords).map((event, n) => {
      return { offset: from + n, key: event.id, value: Buffer.from(JSON.stringify(event)), appendedAtMs: Date.now() }
    })
    await stage.process({ topic: 'events.enriched.v1', partition: 0, records, missed: 0 })
  }
}

async function ask({ client }: Warehouse): Promise<void> {
  const query = 'select channel, sum(orders) as orders, sum(revenue_gross_minor) as revenue from rollup_channel_day group by channel'
  await (await client.query({ query, format: 'JSONEachRow' })).json()
}
