import { describe, expect, test } from 'vitest'
import { batchOf, enriched, uuid } from './events.ts'
import type { World } from './world.ts'

export function sink(world: World): void {
  const { logger, rowsOf, stage, store, run, checksFound } = world

  describe('sink', () => {
    test('stores every field of an event', async () => {
      const event = enriched({
        name: 'full',
        version: 7,
        day: '2011-12-09',
        time: '2011-12-09T12:50:00+01:00',
        subject_web: 'w',
        subject_ads: 'a',
        subject_profile: 'p',
        session_key: 's',
        order_key: 'o',
        granted: ['web_analytics'],
        utm_campaign: 'Grüße "quoted" \\ \n 🫖',
        lines: [{ sku: '22423', units: -3, net: -1275, name: "REGENCY 'CAKESTAND'", category: 'Kitchen' }],
        exchange_rate: 0.8543,
        metrics: { clicks: 12 },
      })
      await store([event])
      const { id, subject_web, ...rest } = event
      const [row] = await rowsOf<object>('select * from events')
      expect(row).toEqual({
        ...rest,
        event_id: id,
        subject_web,
        time: '2011-12-09 11:50:00',
        received_at: '2011-12-09 10:15:02.345',
        insert_id: expect.any(String),
        is_deleted: 0,
      })
    })

    test('stores a text with half a character in it, and its neighbours', async () => {
      await store([enriched({ name: 'half', utm_source: 'a\ud800b\u0000' }), enriched({ name: 'whole' })])
      expect(await rowsOf('select count() as rows from events')).toEqual([{ rows: 2 }])
    })

    test('keeps an order of 1 000 lines whole', async () => {
      const lines = Array.from({ length: 1000 }, (_, n) => ({ sku: `sku-${n}`, units: 2, net: 100 + n, name: `Product ${n}` }))
      await run([enriched({ name: 'large', lines })])
      expect(await rowsOf('select count() as products, sum(units) as units, sum(revenue_gross_minor) as revenue from rollup_product_day')).toEqual([
        { products: 1000, units: 2000, revenue: 599_500 },
      ])
      expect(await checksFound()).toEqual([])
    })

    test('stores an event once however often a batch holds it, in its newest version', async () => {
      const first = enriched({ name: 'order', amount_minor: 100 })
      await store([first, { ...first, version: 3, amount_minor: 300 }, { ...first, version: 2, amount_minor: 200 }, first])
      expect(await rowsOf('select version, amount_minor from events')).toEqual([{ version: 3, amount_minor: 300 }])
    })

    test('books a record it cannot read as rejected and stores its neighbours', async () => {
      const good = enriched({ name: 'good' })
      const records = [
        { key: uuid('not json'), value: '{"id":' },
        { key: uuid('not an event'), value: { id: uuid('not an event'), type: 'unheard_of' } },
        { key: uuid('crooked'), value: { ...enriched({ name: 'crooked' }), item_sku: ['a'] } },
        { key: uuid('ancient'), value: enriched({ name: 'ancient', day: '1066-10-14' }) },
        { key: 'no uuid', value: 'null' },
        { key: good.id, value: good },
      ]
      expect(await stage().process(batchOf('events.enriched.v1', records))).toEqual([])
      expect(await rowsOf('select event_id from events')).toEqual([{ event_id: good.id }])
      const booked = records.slice(0, 4).map(({ key }) => ({ key, outcome: 'rejected', reason: 'record_unreadable' }))
      expect(
        await rowsOf(
          "select event_id as key, outcome, reason from fates where stage = 'warehouse' order by indexOf(['" +
            booked.map(({ key }) => key).join("','") +
            "'], toString(event_id))",
        ),
      ).toEqual(booked)
      const fields = { topic: 'events.enriched.v1', partition: 0, offset: 0, records: 5 }
      expect(logger.lines).toEqual([{ level: 'error', message: 'records are not what their topic promises', fields }])
    })

    test('skips fates it cannot read and says where they lie', async () => {
      await stage().process(batchOf('fates.consent.v1', [{ key: 'k', value: { stage: 'consent', id: [uuid('a')], version: [] } }]))
      expect(await rowsOf('select count() as rows from fates')).toEqual([{ rows: 0 }])
      expect(logger.lines.map(({ level }) => level)).toEqual(['error'])
    })

    test('takes a batch that covers more months than one insert of the engine', async () => {
      const months = Array.from({ length: 104 }, (_, n) => `${2012 + Math.floor(n / 12)}-${String(1 + (n % 12)).padStart(2, '0')}-01`)
      await run(months.map((day) => enriched({ name: day, day, amount_minor: 1 })))
      expect(await rowsOf('select count() as days, sum(revenue_gross_minor) as revenue from rollup_channel_day')).toEqual([{ days: 104, revenue: 104 }])
    })
  })
}
