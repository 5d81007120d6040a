import type { SubjectKeys } from '@kanalblick/stream'
import { audit, createSubjectStore, dataMap } from '@kanalblick/warehouse'
import { describe, expect, test } from 'vitest'
import { enriched, type Sketch, season, uuid } from './events.ts'
import type { World } from './world.ts'

const keys: SubjectKeys = { refs: [], pseudonyms: ['needle-web', 'needle-old', 'needle-ads', 'needle-profile'], orderKeys: ['needle-order'], sessionKeys: [] }

const visit: Omit<Sketch, 'name'> = { type: 'page_viewed', url_path: '/needle', session_key: 'needle-session', granted: ['web_analytics'], amount_minor: 0 }
const paid = { amount_minor: 700, lines: [{ sku: 'sku-1', units: 1, net: 700, name: 'Product 1' }] }

/** One person over two months: visits, an order, what follows from both without naming the person, and what only looks alike. */
const person = [
  enriched({ ...visit, name: 'visit', subject_web: 'needle-web', subject_ads: 'needle-ads', day: '2026-03-11' }),
  enriched({ ...visit, name: 'old visit', subject_web: 'needle-old', day: '2026-02-03', session_key: 'needle-session-old' }),
  enriched({ ...visit, name: 'profile', subject_profile: 'needle-profile', day: '2026-02-04', session_key: null }),
  enriched({ ...paid, name: 'order', order_key: 'needle-order', day: '2026-03-11', utm_source: 'needle-source', time: '2026-03-11T10:17:00Z' }),
  enriched({ ...paid, name: 'refund', type: 'refund_issued', order_key: 'needle-order', day: '2026-03-20' }),
  enriched({ ...paid, name: 'session order', order_key: 'needle-order-2', session_key: 'needle-session', day: '2026-03-12' }),
  enriched({ ...paid, name: 'session refund', type: 'refund_issued', order_key: 'needle-order-2', day: '2026-03-13' }),
  enriched({ ...visit, name: 'nameless visit', day: '2026-03-11', granted: [] }),
]
const behaviour = ['visit', 'old visit', 'profile', 'nameless visit'].map(uuid)
const books = ['order', 'refund', 'session order', 'session refund'].map(uuid)
const others = [
  ...season(60),
  enriched({ ...visit, name: 'same session', subject_web: 'somebody else', day: '2026-03-11' }),
  enriched({ ...paid, name: 'same order', subject_ads: 'somebody else', order_key: 'needle-order-2', day: '2026-03-12' }),
  enriched({ ...visit, name: 'nobody', session_key: null, day: '2026-03-11' }),
]

export function subjects(world: World): void {
  const { logger, textOf, run } = world
  const now = () => new Date('2026-03-25T12:00:00Z')
  const subject = () => createSubjectStore(world.warehouse, { now, logger })
  const rows = async (of = keys) => {
    const found: Record<string, unknown>[] = []
    for await (const row of subject().rows(of)) found.push(row)
    return found
  }
  const storedOthers = () => textOf(`select * from events where event_id in ('${others.map(({ id }) => id).join("','")}') order by all`)
  const sums = () =>
    textOf('select day, channel, orders, refunds, units, revenue_gross_minor, refunded_minor from rollup_channel_day where orders + refunds > 0 order by all')

  describe('access', () => {
    test('gives every event of the person and of nobody else, in the order of their times', async () => {
      await run([...others, ...person])
      const found = await rows()
      expect(found.map(({ event_id }) => String(event_id)).toSorted()).toEqual([...behaviour, ...books].toSorted())
      const times = found.map(({ time }) => String(time))
      expect(times).toEqual(times.toSorted())
      const declared = Object.keys(dataMap.find(({ table }) => table === 'events')?.columns ?? {})
      expect(Object.keys(found[0] ?? {}).toSorted()).toEqual(declared.filter((name) => name !== 'insert_id' && name !== 'is_deleted').toSorted())
    })

    test('counts what it would delete and what it would mask', async () => {
      await run([...others, ...person])
      expect(await subject().holdings(keys)).toEqual([
        { what: 'behaviour', rows: 4, onErasure: 'delete' },
        { what: 'books', rows: 4, onErasure: 'mask', reason: 'books_retention' },
      ])
      expect(await subject().remaining(keys)).toBe(5)
    })

    test('finds nothing for a person who has no key, or an empty one', async () => {
      await run(others)
      for (const of of [
        { refs: [], pseudonyms: [], orderKeys: [], sessionKeys: [] },
        { refs: [''], pseudonyms: [''], orderKeys: [''], sessionKeys: [''] },
      ]) {
        expect(await subject().holdings(of)).toEqual([])
        expect(await rows(of)).toEqual([])
        expect(await subject().remaining(of)).toBe(0)
      }
    })
  })

  describe('erasure', () => {
    test('takes the person out and leaves everybody else as they were', async () => {
      await run([...others, ...person])
      const [before, books, before2] = [await storedOthers(), await sums(), await audit(world.warehouse)]
      await subject().erase(keys)
      expect(await subject().remaining(keys)).toBe(0)
      expect(await subject().holdings(keys)).toEqual([])
      expect(await rows()).toEqual([])
      expect(await textOf('select * from events')).not.toContain('needle-web')
      expect(await storedOthers()).toBe(before)
      expect(await sums()).toBe(books)
      expect(await audit(world.warehouse)).toMatchObject({ clean: true, totals: { accepted: before2.totals.accepted, deleted: 4 } })
    })
  })
}
