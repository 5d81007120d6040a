/** The embedded engine says nothing of a write that a full disk refused. What it acknowledged is there nevertheless, and so is what it merged. */
import { randomUUID } from 'node:crypto'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { EnrichedEvent } from '@kanalblick/stream'
import { connectWarehouse, createWarehouseStage, mendFailedWrites, migrate, refreshRollups, type Warehouse } from '@kanalblick/warehouse'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enriched, eventBatch, recordingLogger, uuid } from '../contracts/warehouse/events.ts'
import { temporaryFolder } from '../support/product.ts'
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'

const diskMegabytes = 96
/** The engine refuses to begin what may need more than is free, which is at least one megabyte: with a little more it begins. */
const justEnoughBytes = () => 1_060_000 + Math.floor(Math.random() * 300_000)
const longestMs = 120_000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

const day = '2026-03-02'
const order = (n: number, on = day) =>
  enriched({ name: `order ${n}`, day: on, lines: Array.from({ length: 200 }, (_, line) => ({ sku: `sku-${n}-${line}`, units: 1, net: 5 })) })

interface Bench {
  readonly warehouse: Warehouse
  readonly disk: SmallDisk
  /** Hands the sink one batch of new orders. */
  store(orders: number, on?: string): Promise<void>
  /** What a running process does by itself. The batches that the sink refused come again, as the log has them do. */
  refreshed(): Promise<void>
  /** Of all orders after that, and of how many there should be. */
  sums(): Promise<{ orders: number; of: number }>
  /** As another process does. */
  reopen(): Promise<void>
}

async function withSmallDisk(name: string, use: (bench: Bench) => Promise<void>): Promise<string | undefined> {
  const path = join(folder.path, name)
  const disk = await mountSmallDisk(path, diskMegabytes)
  if (typeof disk === 'string') return disk
  const logger = recordingLogger()
  const open = async () => {
    const warehouse = await connectWarehouse({ path: join(path, 'warehouse') })
    await migrate(warehouse, { logger })
    return { warehouse, stage: createWarehouseStage({ warehouse, newId: randomUUID, logger }) }
  }
  let opened = await open()
  const refused: EnrichedEvent[][] = []
  let made = 0
  const refreshed = async () => {
    const { warehouse, stage } = opened
    await mendFailedWrites(warehouse, { logger })
    for (const events of refused.splice(0)) await stage.process(eventBatch(events))
    await refreshRollups(warehouse, { logger })
  }
  try {
    await use({
      disk,
      get warehouse() {
        return opened.warehouse
      },
      async store(orders, on) {
        const events = Array.from({ length: orders }, () => order(made++, on))
        await opened.stage.process(eventBatch(events)).catch(() => void refused.push(events))
      },
      refreshed,
      async sums() {
        await refreshed()
        const answer = await opened.warehouse.client.query({ query: 'select sum(orders) as orders from rollup_channel_day', format: 'JSONEachRow' })
        const [sum] = await answer.json<{ orders: number }>()
        return { orders: sum?.orders ?? 0, of: made }
      },
      async reopen() {
        await opened.warehouse.close()
        opened = await open()
      },
    })
  } finally {
    await opened.warehouse.close()
    disk.remove()
  }
  return undefined
}

/** Again and again something is begun that there is just enough space for, and the space is taken away, until a write has failed. */
async function untilWriteFails(
  { warehouse, disk }: Pick<Bench, 'warehouse' | 'disk'>,
  work: () => Promise<unknown>,
  prepare = async () => undefined as unknown,
): Promise<void> {
  const endMs = Date.now() + longestMs
  while ((await warehouse.failedWrites()) === 0) {
    if (Date.now() > endMs) throw new Error('No write failed.')
    await prepare()
    disk.fill(justEnoughBytes())
    const worked = work().catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, Math.random() ** 2 * 25))
    disk.fill()
    await worked
    await disk.free()
  }
}

async function allCounted(bench: Bench): Promise<void> {
  const { orders, of } = await bench.sums()
  expect(orders).toBe(of)
}

test('an insert that could not be written is not acknowledged', { timeout: 180_000 }, async (context) => {
  const skipped = await withSmallDisk('statements', async (bench) => {
    const { warehouse, disk } = bench
    const { client } = warehouse
    // The write that fails is to be the insert's.
    await client.command({ query: 'system stop merges' })
    const acknowledged: string[] = []
    let inserts = 0
    const insert = async () => {
      const id = uuid(`insert ${inserts++}`)
      const rows = `select if(number = 0, toUUID('${id}'), generateUUIDv4()) as event_id, toDate('${day}') as day from numbers(20000)`
      await client.command({ query: `insert into restated_events (event_id, day) settings async_insert = 0 ${rows}` })
      acknowledged.push(id)
    }
    await insert()
    await untilWriteFails({ warehouse, disk }, insert)
    await bench.sums()
    const answer = await client.query({ query: 'select event_id from restated_events', format: 'JSONEachRow' })
    const there = new Set((await answer.json<{ event_id: string }>()).map(({ event_id }) => event_id))
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([])
  })
  if (skipped) context.skip(skipped)
})

test('a batch of the sink that could not be written is refused, and counts once it comes again', { timeout: 180_000 }, async (context) => {
  const skipped = await withSmallDisk('inserts', async (bench) => {
    await bench.store(3)
    await untilWriteFails(bench, () => bench.store(3))
    await allCounted(bench)
    await bench.store(3)
    await allCounted(bench)
  })
  if (skipped) context.skip(skipped)
})

test('a merge that could not be written costs no event, and no sum', { timeout: 180_000 }, async (context) => {
  const skipped = await withSmallDisk('merges', async (bench) => {
    const { client } = bench.warehouse
    const merge = () => client.command({ query: 'optimize table events final' })
    await untilWriteFails(bench, merge, async () => {
      await bench.store(1)
      await bench.store(1)
    })
    await allCounted(bench)
  })
  if (skipped) context.skip(skipped)
})

test('a warehouse whose disk was full while sums were derived can be opened again', { timeout: 180_000 }, async (context) => {
  const skipped = await withSmallDisk('reopened', async (bench) => {
    for (const month of ['2026-01', '2026-02', '2026-03']) await bench.store(1, `${month}-02`)
    // What is derived of months waits until its days are at rest.
    await bench.refreshed()
    bench.disk.fill()
    await bench.refreshed().catch(() => undefined)
    // While it still is full, too.
    await bench.reopen()
    await bench.disk.free()
    await bench.reopen()
    await allCounted(bench)
  })
  if (skipped) context.skip(skipped)
})

test('sums that could not be read when the process started are derived anew', { timeout: 180_000 }, async (context) => {
  const skipped = await withSmallDisk('unreadable', async (bench) => {
    await bench.store(3)
    await allCounted(bench)
    const answer = await bench.warehouse.client.query({
      query: "select path from system.parts where database = currentDatabase() and table = 'rollup_channel_day' and active",
      format: 'JSONEachRow',
    })
    const [part] = await answer.json<{ path: string }>()
    await truncate(join(part?.path ?? '', 'data.bin'))
    await bench.reopen()
    await allCounted(bench)
  })
  if (skipped) context.skip(skipped)
})
