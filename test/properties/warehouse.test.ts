/** Whatever comes in whatever order, and wherever it is interrupted: the rollups are plain arithmetic over the newest versions. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import type { EnrichedEvent } from '@kanalblick/stream'
import { audit, createWarehouseStage, refreshRollups } from '@kanalblick/warehouse'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { enriched, eventBatch, fateBatch } from '../contracts/warehouse/events.ts'
import { createWorld, failingAt } from '../contracts/warehouse/world.ts'

/** Four orders, three versions of each: every correction may move the day (within a week, to another one, to another month), channel and type. */
const version = fc.record({
  day: fc.constantFrom('2026-03-30', '2026-03-31', '2026-04-01', '2026-04-07'),
  channel: fc.constantFrom('shop', 'marketplace'),
  type: fc.constantFrom('order_placed', 'order_cancelled'),
  net: fc.integer({ min: -500, max: 500 }),
  units: fc.nat({ max: 9 }),
})
const orders = fc.array(fc.tuple(version, version, version), { minLength: 4, maxLength: 4 })

/** Indexes into the orders and their versions. */
const picks = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 2 })), { minLength: 1, maxLength: 5 })
const statement = fc.nat({ max: 8 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('store' as const), picks }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('store and die' as const), picks, statement }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('replay' as const), batch: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('refresh' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('refresh and die' as const), statement }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('merge' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('reopen' as const) }) },
)

describe('rollups', () => {
  const world = createWorld()
  let path = ''
  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), 'warehouse-'))
    await world.open({ path })
  })
  afterAll(async () => {
    await world.close()
    await rm(path, { recursive: true, force: true })
  })

  test.prop([orders, fc.array(step, { minLength: 3, maxLength: 9 })], { numRuns: 12 })(
    'are the sums over the newest versions, whatever is stored, replayed, moved, interrupted and reopened',
    async (orders, steps) => {
      await world.empty()
      const versions = orders.map((contents, n) =>
        contents.map(({ net, units, ...content }, v) => enriched({ ...content, name: `order ${n}`, version: v + 1, lines: [{ sku: 'a', units, net }] })),
      )
      const batches: (readonly EnrichedEvent[])[] = []
      const run = createRun(world, path, batches)
      for (const one of steps) {
        const batch = 'picks' in one ? one.picks.flatMap(([order, version]) => versions[order]?.[version] ?? []) : []
        await run[one.does](batch, 'statement' in one ? one.statement : 'batch' in one ? one.batch : 0)
      }
      await run.catchUp()
      await run.refresh()

      const accepted = batches.flat()
      if (accepted.length > 0) await world.stage().process(fateBatch('consent', accepted))
      const sums = 'select day, channel, orders, cancellations, units, revenue_gross_minor as gross, cancelled_minor as cancelled'
      expect(await world.rowsOf(`${sums} from rollup_channel_day order by day, channel`)).toEqual(sumsOf(accepted))
      expect((await audit(world.warehouse)).findings).toEqual([])
    },
    120_000,
  )
})

/** As the pipeline does it: a batch that was interrupted comes again before anything else is stored. */
function createRun(world: ReturnType<typeof createWorld>, path: string, batches: (readonly EnrichedEvent[])[]) {
  let interrupted: readonly EnrichedEvent[] | undefined
  async function catchUp() {
    if (interrupted) await world.store(interrupted)
    interrupted = undefined
  }
  async function refresh() {
    await refreshRollups(world.warehouse, world)
  }
  async function store(batch: readonly EnrichedEvent[]) {
    await catchUp()
    batches.push(batch)
    await world.store(batch)
  }
  return {
    catchUp,
    store,
    refresh,
    async 'store and die'(batch: readonly EnrichedEvent[], statement: number) {
      await catchUp()
      batches.push(batch)
      interrupted = batch
      await createWarehouseStage({ ...world, warehouse: failingAt(world.warehouse, statement) })
        .process(eventBatch(batch))
        .catch(lostConnection)
    },
    async replay(_: readonly EnrichedEvent[], n: number) {
      const batch = batches[n % (batches.length || 1)]
      await catchUp()
      if (batch) await world.store(batch)
    },
    'refresh and die': (_: readonly EnrichedEvent[], statement: number) =>
      refreshRollups(failingAt(world.warehouse, statement), world).then(() => undefined, lostConnection),
    async merge() {
      await world.command('optimize table events final')
    },
    async reopen() {
      await world.close()
      await world.open({ path })
    },
  }
}

const lostConnection = (error: Error) => expect(error.message).toBe('connection lost')

function sumsOf(stored: readonly EnrichedEvent[]) {
  const newest = new Map<string, EnrichedEvent>()
  for (const event of stored) if (event.version > (newest.get(event.id)?.version ?? 0)) newest.set(event.id, event)
  const placeOf = ({ day, channel }: EnrichedEvent) => JSON.stringify({ day, channel })
  const events = [...newest.values()]
  return [...new Set(events.map(placeOf))].toSorted().map((place) => {
    const sum = (type: string, of: (event: EnrichedEvent) => number) =>
      events.filter((event) => placeOf(event) === place && event.type === type).reduce((total, event) => total + of(event), 0)
    return {
      ...(JSON.parse(place) as { day: string; channel: string }),
      orders: sum('order_placed', () => 1),
      cancellations: sum('order_cancelled', () => 1),
      units: sum('order_placed', ({ item_units }) => item_units[0] ?? 0),
      gross: sum('order_placed', ({ amount_minor }) => amount_minor),
      cancelled: sum('order_cancelled', ({ amount_minor }) => amount_minor),
    }
  })
}
