import type { EnrichedEvent } from '@kanalblick/stream'
import { audit, createWarehouseStage, refreshRollups } from '@kanalblick/warehouse'
import { describe, expect, test } from 'vitest'
import { enriched, eventBatch } from './events.ts'
import { failingAt, type World, withStatements } from './world.ts'

export function corrections(world: World): void {
  const { newId, logger, command, store, run, revenue, checksFound, empty } = world

  describe('corrections', () => {
    const placed = enriched({ name: 'order', day: '2026-03-10', amount_minor: 100 })
    const corrected = { ...placed, version: 2, day: '2026-03-25', amount_minor: 80 }

    test('replace the earlier version on the same day', async () => {
      await run([placed])
      await run([{ ...placed, version: 2, amount_minor: 80 }])
      expect(await revenue()).toEqual([{ day: '2026-03-10', orders: 1, revenue: 80 }])
      expect(await audit(world.warehouse)).toMatchObject({ clean: true, totals: { accepted: 2, stored: 2 } })
    })

    test('move an event to another day without counting it twice', async () => {
      await run([placed, enriched({ name: 'other', amount_minor: 5 })])
      await run([corrected])
      expect(await revenue()).toEqual([
        { day: '2026-03-10', orders: 1, revenue: 5 },
        { day: '2026-03-25', orders: 1, revenue: 80 },
      ])
      expect(await checksFound()).toEqual([])
    })

    test('stay moved once the engine has merged its parts', async () => {
      await run([placed, enriched({ name: 'other', amount_minor: 5 })])
      await run([corrected])
      await command('optimize table events final')
      await run([enriched({ name: 'third', amount_minor: 7 })])
      expect(await revenue()).toEqual([
        { day: '2026-03-10', orders: 2, revenue: 12 },
        { day: '2026-03-25', orders: 1, revenue: 80 },
      ])
      expect(await checksFound()).toEqual([])
    })

    test('hold against earlier versions that arrive later', async () => {
      await run([corrected])
      await run([placed])
      expect(await revenue()).toEqual([{ day: '2026-03-25', orders: 1, revenue: 80 }])
      await run([{ ...placed, version: 3, amount_minor: 70 }])
      await run([corrected])
      expect(await revenue()).toEqual([{ day: '2026-03-10', orders: 1, revenue: 70 }])
      expect(await checksFound()).toEqual([])
    })

    test('hold against an earlier version that a reader stores late, its partition being another one’s by then', async () => {
      const { reader, late } = interrupted()
      const storing = reader.process(eventBatch([placed]))
      await late.reached
      await run([placed, corrected])
      late.release()
      await storing
      await run([enriched({ name: 'other', amount_minor: 5 })])
      expect(await revenue()).toEqual([
        { day: '2026-03-10', orders: 1, revenue: 5 },
        { day: '2026-03-25', orders: 1, revenue: 80 },
      ])
      expect(await checksFound()).toEqual([])
    })

    test('are not needed for a first version that comes again on the next day: the stored one stays', async () => {
      await run([placed])
      await run([{ ...placed, day: '2026-03-11' }])
      expect(await revenue()).toEqual([{ day: '2026-03-10', orders: 1, revenue: 100 }])
    })

    test('are not needed either when it comes again in the same batch', async () => {
      await run([placed, { ...placed, day: '2026-03-11' }])
      expect(await revenue()).toEqual([{ day: '2026-03-10', orders: 1, revenue: 100 }])
    })

    test.each([
      ['survive an end at any statement of the sink', false],
      ['survive such an end when the engine merges its parts before the batch comes again', true],
    ] as const)('%s', async (_, merge) => {
      const other = enriched({ name: 'other', amount_minor: 5 })
      const statements = await countStatements(() => store([placed, other]), [corrected])
      expect(statements).toBeGreaterThan(3)
      for (let last = 0; last <= statements; last++) {
        await empty()
        await run([placed, other])
        const dying = createWarehouseStage({ warehouse: failingAt(world.warehouse, last), newId, logger })
        await dying.process(eventBatch([corrected])).catch((error: Error) => expect(error.message).toBe('connection lost'))
        await refreshRollups(world.warehouse, { logger })
        if (merge) await command('optimize table events final')
        await run([corrected])
        expect(await audit(world.warehouse), `after statement ${last}`).toMatchObject({ clean: true, totals: { stored: 3 } })
        expect(await revenue(), `after statement ${last}`).toEqual([
          { day: '2026-03-10', orders: 1, revenue: 5 },
          { day: '2026-03-25', orders: 1, revenue: 80 },
        ])
      }
    })

    /** A reader that stands still when it has looked at what is stored, right before it stores its events. */
    function interrupted() {
      let reach = () => {}
      let release = () => {}
      const reached = new Promise<void>((resolve) => {
        reach = resolve
      })
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      const slow = withStatements(world.warehouse, async (query) => {
        if (!query.startsWith('insert into events')) return
        reach()
        await released
      })
      return { reader: createWarehouseStage({ warehouse: slow, newId, logger }), late: { reached, release } }
    }

    async function countStatements(before: () => Promise<unknown>, events: readonly EnrichedEvent[]): Promise<number> {
      await before()
      let statements = 0
      const counted = withStatements(world.warehouse, async () => void statements++)
      await createWarehouseStage({ warehouse: counted, newId, logger }).process(eventBatch(events))
      return statements
    }
  })
}
