import { setImmediate } from 'node:timers/promises'
import { annotations, enrichedEvent, retentionDays } from '@kanalblick/stream'
import { audit, enforceRetention, refreshRollups } from '@kanalblick/warehouse'
import { describe, expect, test } from 'vitest'
import { enriched, fateBatch, uuid } from './events.ts'
import { type World, withStatements } from './world.ts'

export function retention(world: World): void {
  const { logger, rowsOf, stage, store, run } = world

  describe('retention', () => {
    const now = new Date('2026-03-10T12:00:00Z')
    const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10)
    const visit = { subject_web: 'w', subject_ads: 'a', subject_profile: 'p', session_key: 's', order_key: 'o', granted: ['web_analytics'] }
    const origin = {
      channel_group: 'Direct',
      utm_source: 's',
      utm_medium: 'm',
      utm_campaign: 'c',
      referrer_host: 'r',
      url_path: '/p',
      device_class: 'mobile',
    }
    const touched = { ...visit, ...origin, amount_minor: 100, lines: [{ sku: 'a', units: 1, net: 100, name: 'Teapot' }] }

    test('deletes behaviour and then the books when their time is over, and keeps the sums right', async () => {
      await run([
        enriched({ ...touched, name: 'last view', type: 'page_viewed', day: daysAgo(retentionDays.behaviour) }),
        enriched({ ...touched, name: 'old view', type: 'page_viewed', day: daysAgo(retentionDays.behaviour + 1) }),
        enriched({ ...touched, name: 'old order', day: daysAgo(retentionDays.behaviour + 1) }),
        enriched({ ...touched, name: 'last order', day: daysAgo(retentionDays.books) }),
        enriched({ ...touched, name: 'ancient order', day: daysAgo(retentionDays.books + 1) }),
        enriched({ ...touched, name: 'older order', day: daysAgo(retentionDays.books + 100) }),
      ])
      expect(await enforceRetention(world.warehouse, { now })).toEqual({ days: 4 })
      await refreshRollups(world.warehouse, { logger })
      expect(await rowsOf('select day, type, subject_web from events final order by day, type')).toEqual([
        { day: daysAgo(retentionDays.books), type: 'order_placed', subject_web: '' },
        { day: daysAgo(retentionDays.behaviour + 1), type: 'order_placed', subject_web: '' },
        { day: daysAgo(retentionDays.behaviour), type: 'page_viewed', subject_web: 'w' },
      ])
      // What became of the oldest left with its month.
      const { clean, totals } = await audit(world.warehouse)
      expect({ clean, totals }).toEqual({ clean: true, totals: { accepted: 5, stored: 3, deleted: 2, dropped: 0, rejected: 0, lost: 0 } })
      expect(await enforceRetention(world.warehouse, { now })).toEqual({ days: 0 })
    })

    test('lets no refresh use its marks up before it has deleted', async () => {
      await run([enriched({ ...touched, name: 'order', day: daysAgo(retentionDays.books + 40) })])
      const sent: string[] = []
      let refreshed: Promise<unknown> | undefined
      const watched = withStatements(world.warehouse, async (query) => {
        sent.push(query)
        if (refreshed || !query.includes('insert into stale_days')) return
        refreshed = refreshRollups(watched, { logger })
        await setImmediate()
      })
      await refreshRollups(watched, { logger })
      sent.length = 0
      await enforceRetention(watched, { now })
      expect(await refreshed).toEqual({ days: 1 })
      const first = (words: string) => sent.findIndex((query) => query.includes(words))
      expect(first('alter table events')).toBeGreaterThan(-1)
      expect(first('groupArray(mark)')).toBeGreaterThan(first('alter table events'))
      expect(await rowsOf('select * from rollup_channel_day')).toEqual([])
    })

    test('blanks in the books every field that is annotated to leave earlier, and no other', async () => {
      const order = enriched({ ...touched, name: 'order', day: daysAgo(retentionDays.behaviour + 1) })
      await store([order])
      const [before] = await rowsOf<Record<string, unknown>>('select * from events')
      await enforceRetention(world.warehouse, { now })
      const [after] = await rowsOf<Record<string, unknown>>('select * from events')
      const blanked = Object.keys(before ?? {}).filter((column) => JSON.stringify(before?.[column]) !== JSON.stringify(after?.[column]))
      const shape = Object.entries(enrichedEvent.shape).filter(([, schema]) => annotations.get(schema)?.retention !== 'books')
      expect(blanked.toSorted()).toEqual(shape.map(([name]) => name).toSorted())
      for (const column of blanked) expect(['', '[]']).toContain(String(after?.[column]) || JSON.stringify(after?.[column]).replaceAll('"', ''))
    })

    test('deletes what became of events with the books', async () => {
      await stage().process(fateBatch('consent', [enriched({ name: 'old', day: daysAgo(retentionDays.books + 40) }), enriched({ name: 'new' })]))
      await enforceRetention(world.warehouse, { now })
      expect(await rowsOf('select event_id from fates')).toEqual([{ event_id: uuid('new') }])
    })
  })
}
