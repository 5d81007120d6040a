import type { SubjectKeys } from '@kanalblick/stream'
import { audit, createSubjectStore, dataMap } from '@kanalblick/warehouse'
import { describe, expect, test } from 'vitest'
import { enriched } from './events.ts'
import { behaviour, books, keys, others, person } from './person.ts'
import type { World } from './world.ts'

export function subjects(world: World): void {
  const { logger, command, rowsOf, run, store } = world
  const subject = () => createSubjectStore(world.warehouse, { now: () => new Date('2026-03-25T12:00:00Z'), logger })
  const rows = async (of: SubjectKeys = keys) => {
    const found: Record<string, unknown>[] = []
    for await (const row of subject().rows(of)) found.push(row)
    return found
  }
  const idsOf = (found: readonly Record<string, unknown>[]) => found.map(({ event_id }) => String(event_id)).toSorted()
  const nobody: SubjectKeys = { refs: [], pseudonyms: [], orderKeys: [], sessionKeys: [] }

  describe('access', () => {
    test('gives every event of the person and of nobody else, in the order of their times', async () => {
      await run([...others, ...person])
      const found = await rows()
      expect(idsOf(found)).toEqual([...behaviour, ...books].toSorted())
      const times = found.map(({ time }) => String(time))
      expect(times).toEqual(times.toSorted())
    })

    test('gives every column that the data map declares, but those of the table alone', async () => {
      await store(person)
      const [row] = await rows()
      const declared = Object.keys(dataMap.find(({ table }) => table === 'events')?.columns ?? {})
      expect(Object.keys(row ?? {})).toEqual(declared.filter((name) => name !== 'insert_id' && name !== 'is_deleted'))
    })

    test('gives each event once, in its newest version', async () => {
      const order = enriched({ name: 'order', order_key: 'needle-order', amount_minor: 100 })
      await store([order])
      await store([{ ...order, version: 2, amount_minor: 80, day: '2026-04-02' }])
      expect(await rows()).toMatchObject([{ event_id: order.id, version: 2, amount_minor: 80, day: '2026-04-02' }])
      expect(await subject().holdings(keys)).toMatchObject([{ what: 'books', rows: 1 }])
    })

    test('finds an event whose newest version says nothing of the person any more', async () => {
      const order = enriched({ name: 'order', order_key: 'needle-order' })
      await store([order])
      await store([{ ...order, version: 2, order_key: null, day: '2026-04-02' }])
      expect(await rows()).toMatchObject([{ event_id: order.id, version: 2 }])
    })

    test('counts what an erasure would delete and what it would mask', async () => {
      await run([...others, ...person])
      expect(await subject().holdings(keys)).toEqual([
        { what: 'behaviour', rows: 4, onErasure: 'delete' },
        { what: 'books', rows: 4, onErasure: 'mask', reason: 'books_retention' },
      ])
      // Three visits by a pseudonym, two events by the order: the others are found by what those share.
      expect(await subject().remaining(keys)).toBe(5)
    })

    test('finds nothing for a person who has no key, or an empty one', async () => {
      await run(others)
      for (const of of [nobody, { refs: [''], pseudonyms: [''], orderKeys: [''], sessionKeys: [''] }]) {
        expect(await subject().holdings(of)).toEqual([])
        expect(await rows(of)).toEqual([])
        expect(await subject().remaining(of)).toBe(0)
      }
    })

    test('takes more keys than fit into one parameter of a server', async () => {
      await run([...others, ...person])
      const many = (name: string) => Array.from({ length: 4500 }, (_, n) => `${name} of 44 characters, as keyed hashes are ${n}`)
      const of = { refs: [], pseudonyms: [...many('pseudonym'), ...keys.pseudonyms], orderKeys: [...many('order key'), ...keys.orderKeys], sessionKeys: [] }
      expect(idsOf(await rows(of))).toEqual([...behaviour, ...books].toSorted())
      await subject().erase(of)
      expect(await subject().remaining(of)).toBe(0)
    })

    test('gives a person with many events all of them, day by day in the order of their times', async () => {
      const two = (n: number) => String(n).padStart(2, '0')
      const visits = Array.from({ length: 4500 }, (_, n) => {
        const day = `2026-03-${two(1 + (n % 28))}`
        return enriched({
          name: `visit ${n}`,
          type: n % 2 ? 'page_viewed' : 'product_viewed',
          subject_web: 'needle-web',
          day,
          time: `${day}T${two(n % 24)}:${two(n % 60)}:00Z`,
        })
      })
      await store([...visits, ...others])
      const found = await rows()
      expect(idsOf(found)).toEqual(visits.map(({ id }) => id).toSorted())
      const times = found.map(({ time }) => String(time))
      expect(times).toEqual(times.toSorted())
    })

    test('gives all of a day that has more events of the person than one statement takes', async () => {
      const visits = Array.from({ length: 4500 }, (_, n) => enriched({ name: `visit ${n}`, type: 'page_viewed', subject_web: 'needle-web' }))
      const later = enriched({ name: 'later', type: 'page_viewed', subject_web: 'needle-web', day: '2026-03-11' })
      await store([...visits, later, ...others])
      const found = await rows()
      expect(idsOf(found)).toEqual([...visits, later].map(({ id }) => id).toSorted())
      expect(found.at(-1)).toMatchObject({ event_id: later.id })
      expect(await subject().holdings(keys)).toEqual([{ what: 'behaviour', rows: 4501, onErasure: 'delete' }])
    })

    test('finds what is nameless in more sessions than one statement looks into', async () => {
      const visit = (name: string, n: number) => enriched({ name: `${name} ${n}`, type: 'page_viewed', session_key: `needle-session-${n}` })
      const visits = Array.from({ length: 10_500 }, (_, n) => ({ ...visit('visit', n), subject_web: 'needle-web' }))
      const nameless = Array.from({ length: 105 }, (_, n) => visit('nameless', n * 100))
      await store([...visits, ...nameless, ...others])
      expect(await subject().holdings(keys)).toEqual([{ what: 'behaviour', rows: 10_605, onErasure: 'delete' }])
    })
  })

  describe('data map', () => {
    test('declares every table and column that there is, and no other', async () => {
      const there = await rowsOf<{ table: string; names: string[] }>(
        "select table, arraySort(groupArray(name)) as names from system.columns where database = currentDatabase() and table not like '%\\_staging\\_%' group by table",
      )
      const declared = dataMap.map(({ table, columns }) => [table, Object.keys(columns).toSorted()])
      expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(there.map(({ table, names }) => [table, names])))
    })
  })

  describe('an index', () => {
    test.each(['subject_web', 'subject_ads', 'subject_profile', 'session_key', 'order_key'])('on %s spares a search most of the events', async (column) => {
      await command('system stop merges events')
      try {
        for (let n = 0; n < 4; n++) await store([enriched({ name: `event ${n}`, [column]: `key ${n}` })])
        const plan = await rowsOf<{ explain: string }>(`explain indexes = 1 select event_id from events where ${column} in ['key 2']`)
        const text = plan.map(({ explain }) => explain.trim()).join(' ')
        expect(text).toMatch(new RegExp(`Name: ${column}_index .*Parts: 1/4`))
      } finally {
        await command('system start merges events')
      }
    })
  })

  test('an erased person is unknown to access', async () => {
    await run([...others, ...person])
    await subject().erase(keys)
    expect(await rows()).toEqual([])
    expect(await subject().holdings(keys)).toEqual([])
    expect(await audit(world.warehouse)).toMatchObject({ clean: true })
  })
}
