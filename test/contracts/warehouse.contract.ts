/** What the warehouse promises, on the embedded engine and on a server alike. */
import { annotations, type EnrichedEvent, enrichedEvent, retentionDays } from '@kanalblick/stream'
import {
  audit,
  connectWarehouse,
  createWarehouseStage,
  enforceRetention,
  migrate,
  refreshRollups,
  type Warehouse,
  type WarehouseOptions,
} from '@kanalblick/warehouse'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { batchOf, enriched, eventBatch, fateBatch, recordingLogger, season, uuid, uuidsFrom } from './warehouse.events.ts'

const tables = ['events', 'fates', 'restated_events', 'rollup_channel_day', 'rollup_product_day', 'stale_days']

export interface WarehousePlace {
  readonly name: string
  /** Where an empty warehouse can be opened; the same place each time. */
  prepare(): Promise<WarehouseOptions>
  dispose(): Promise<void>
}

export function warehouseContract(place: WarehousePlace): void {
  describe(`warehouse on ${place.name}`, () => {
    let options: WarehouseOptions
    let warehouse: Warehouse
    const logger = recordingLogger()
    const newId = uuidsFrom('insert')

    beforeAll(async () => {
      options = await place.prepare()
      warehouse = await connectWarehouse(options)
      await migrate(warehouse, { logger })
    })
    beforeEach(async () => {
      logger.lines.length = 0
      for (const table of tables) await command(`truncate table ${table}`)
    })
    afterAll(async () => {
      await warehouse?.close()
      await place.dispose()
    })

    const command = (query: string, query_params: Record<string, unknown> = {}) => warehouse.client.command({ query, query_params })
    const rowsOf = async <Row>(query: string): Promise<Row[]> => (await warehouse.client.query({ query, format: 'JSONEachRow' })).json<Row>()
    const textOf = async (query: string): Promise<string> => (await warehouse.client.query({ query, format: 'JSONEachRow' })).text()
    const stage = () => createWarehouseStage({ warehouse, newId, logger })
    const store = (events: readonly EnrichedEvent[]) => stage().process(eventBatch(events))
    /** Stored and booked, as a pipeline at rest has it. */
    const run = async (events: readonly EnrichedEvent[]) => {
      await store(events)
      await stage().process(fateBatch('consent', events))
      await refreshRollups(warehouse, { logger })
    }
    const revenue = () => rowsOf<object>('select day, orders, revenue_gross_minor as revenue from rollup_channel_day order by day')
    const rollupText = async () => [
      await textOf('select * from rollup_channel_day order by day, channel, channel_instance, country, currency'),
      await textOf('select * from rollup_product_day order by day, channel, channel_instance, country, currency, sku'),
    ]
    const checksFound = async () => [...new Set((await audit(warehouse)).findings.map(({ check }) => check))]

    describe('migrations', () => {
      test('change nothing when they run again', async () => {
        const before = await textOf('select name, checksum from migrations order by name')
        await migrate(warehouse, { logger })
        expect(await textOf('select name, checksum from migrations order by name')).toBe(before)
        expect(before).toContain('0001_events.sql')
      })

      test('resume after they were interrupted before one was recorded', async () => {
        const before = await textOf('select name, checksum from migrations order by name')
        await command("alter table migrations delete where name = '0002_rollups.sql' settings mutations_sync = 2")
        await command('drop table rollup_product_day')
        await migrate(warehouse, { logger })
        expect(await textOf('select name, checksum from migrations order by name')).toBe(before)
        expect(await rowsOf('select count() as rows from rollup_product_day')).toEqual([{ rows: 0 }])
      })

      test('refuse a file that changed after it was applied, and a warehouse of a newer version', async () => {
        await command("alter table migrations update checksum = 'other' where name = '0001_events.sql' settings mutations_sync = 2")
        await expect(migrate(warehouse, { logger })).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' })
        await command('truncate table migrations')
        await migrate(warehouse, { logger })
        await command("insert into migrations values ('9999_later.sql', 'x')")
        await expect(migrate(warehouse, { logger })).rejects.toMatchObject({ code: 'WAREHOUSE_NEWER' })
        await command("alter table migrations delete where name = '9999_later.sql' settings mutations_sync = 2")
      })
    })

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
        const months = Array.from({ length: 130 }, (_, n) => `${2012 + Math.floor(n / 12)}-${String(1 + (n % 12)).padStart(2, '0')}-01`)
        await run(months.map((day) => enriched({ name: day, day, amount_minor: 1 })))
        expect(await rowsOf('select count() as days, sum(revenue_gross_minor) as revenue from rollup_channel_day')).toEqual([{ days: 130, revenue: 130 }])
      })
    })

    describe('rollups', () => {
      test('add each kind of event to its columns', async () => {
        const lines = [
          { sku: 'a', units: 2, net: 700, name: 'Teapot' },
          { sku: '', units: 0, net: 300 },
        ]
        await run([
          enriched({ name: '1', lines, tax_minor: 190, subject_web: 'w' }),
          enriched({ name: '2', lines: lines.slice(0, 1) }),
          enriched({ name: '3', type: 'order_cancelled', lines }),
          enriched({ name: '4', type: 'refund_issued', lines: [{ sku: 'a', units: 1, net: 350 }] }),
          enriched({ name: '5', type: 'return_received', lines: [{ sku: 'a', units: 1, net: 0 }] }),
          enriched({ name: '6', type: 'marketplace_fee_charged', amount_minor: 99 }),
          enriched({ name: '7', type: 'ad_spend_recorded', amount_minor: 2500 }),
          enriched({ name: '8', type: 'page_viewed', subject_web: 'w' }),
        ])
        const sold = { orders: 2, cancellations: 1, refunds: 1, units: 4, units_cancelled: 2, units_refunded: 1, units_returned: 1 }
        const amounts = { revenue_gross_minor: 1700, cancelled_minor: 1000, refunded_minor: 350, tax_minor: 190, fees_minor: 99, ad_spend_minor: 2500 }
        const place = { day: '2026-03-10', channel: 'shop', channel_instance: 'shopware:main:de', country: 'DE', currency: 'EUR' }
        expect(await rowsOf('select * from rollup_channel_day')).toEqual([
          {
            ...place,
            ...sold,
            ...amounts,
            events: 8,
            events_consented: 2,
          },
        ])
        expect(await rowsOf('select * from rollup_product_day order by sku')).toEqual([
          {
            ...place,
            sku: '',
            name: '',
            category: '',
            units: 0,
            units_cancelled: 0,
            units_refunded: 0,
            revenue_gross_minor: 300,
            cancelled_minor: 300,
            refunded_minor: 0,
          },
          {
            ...place,
            sku: 'a',
            name: 'Teapot',
            category: '',
            units: 4,
            units_cancelled: 2,
            units_refunded: 1,
            revenue_gross_minor: 1400,
            cancelled_minor: 700,
            refunded_minor: 350,
          },
        ])
      })

      test('make products add up to their channel, each day', async () => {
        await run(season(400))
        const sums = (table: string) =>
          textOf(
            `select day, channel, sum(units) as u, sum(units_cancelled) as uc, sum(units_refunded) as ur, sum(revenue_gross_minor) as g, sum(cancelled_minor) as c, sum(refunded_minor) as r from ${table} group by day, channel order by day, channel`,
          )
        expect(await sums('rollup_product_day')).toBe(await sums('rollup_channel_day'))
        expect(await rowsOf('select sum(orders) as orders from rollup_channel_day')).toEqual([{ orders: 100 }])
      })

      test('name a product by its newest name that is not empty', async () => {
        const sold = (name: string, time: string, title: string) => enriched({ name, time, lines: [{ sku: 'a', units: 1, net: 1, name: title }] })
        await run([sold('1', '2026-03-10T09:00:00Z', 'Old'), sold('2', '2026-03-10T11:00:00Z', 'New'), sold('3', '2026-03-10T12:00:00Z', '')])
        expect(await rowsOf('select name from rollup_product_day')).toEqual([{ name: 'New' }])
      })

      test('take late events in, and recompute only the days they touch', async () => {
        await run([enriched({ name: '1', day: '2026-03-10', amount_minor: 100 }), enriched({ name: '2', day: '2026-03-11', amount_minor: 200 })])
        await store([enriched({ name: 'late', day: '2026-03-10', amount_minor: 50 })])
        expect(await refreshRollups(warehouse, { logger })).toEqual({ days: 1 })
        expect(await revenue()).toEqual([
          { day: '2026-03-10', orders: 2, revenue: 150 },
          { day: '2026-03-11', orders: 1, revenue: 200 },
        ])
        expect(await refreshRollups(warehouse, { logger })).toEqual({ days: 0 })
      })

      test('are equal after everything came twice', async () => {
        const events = season(300)
        await run(events)
        const before = await rollupText()
        const eventsBefore = await textOf('select * except insert_id from events final order by event_id')
        await run(events)
        await run(events.toReversed())
        expect(await rollupText()).toEqual(before)
        expect(await textOf('select * except insert_id from events final order by event_id')).toBe(eventsBefore)
        expect(await audit(warehouse)).toMatchObject({ clean: true, totals: { accepted: 300, stored: 300, lost: 0 } })
      })

      test('lose a day whose events are all gone', async () => {
        await run([enriched({ name: '1', day: '2026-03-10' }), enriched({ name: '2', day: '2026-03-11' })])
        await command("delete from events where day = '2026-03-10'")
        await command("insert into stale_days values ('2026-03-10', generateUUIDv4(), 1)")
        await refreshRollups(warehouse, { logger })
        expect(await revenue()).toEqual([{ day: '2026-03-11', orders: 1, revenue: 0 }])
      })

      test('come from one refresh at a time', async () => {
        const events = season(200)
        await store(events)
        const done = await Promise.all([1, 2, 3].map(() => refreshRollups(warehouse, { logger })))
        expect(done.map(({ days }) => days)).toEqual([10, 0, 0])
        expect(await rowsOf('select sum(events) as events from rollup_channel_day')).toEqual([{ events: 200 }])
      })

      test('leave a mark that is set while they are recomputed', async () => {
        await store([enriched({ name: '1', amount_minor: 100 })])
        // The event of a second batch arrives when the first statement behind the reading of the marks is sent.
        const late = enriched({ name: '2', amount_minor: 11 })
        let arrived = false
        const interrupted = withStatements(warehouse, async (query) => {
          if (arrived || !query.startsWith('alter table rollup_product_day')) return
          arrived = true
          await store([late])
        })
        await refreshRollups(interrupted, { logger })
        expect(await refreshRollups(warehouse, { logger })).toEqual({ days: 1 })
        expect(await revenue()).toEqual([{ day: '2026-03-10', orders: 2, revenue: 111 }])
      })
    })

    describe('corrections', () => {
      const placed = enriched({ name: 'order', day: '2026-03-10', amount_minor: 100 })
      const corrected = { ...placed, version: 2, day: '2026-03-25', amount_minor: 80 }

      test('replace the earlier version on the same day', async () => {
        await run([placed])
        await run([{ ...placed, version: 2, amount_minor: 80 }])
        expect(await revenue()).toEqual([{ day: '2026-03-10', orders: 1, revenue: 80 }])
        expect(await audit(warehouse)).toMatchObject({ clean: true, totals: { accepted: 2, stored: 2 } })
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

      test('are not needed for a first version that comes again on the next day: the stored one stays', async () => {
        await run([placed])
        await run([{ ...placed, day: '2026-03-11' }])
        expect(await revenue()).toEqual([{ day: '2026-03-10', orders: 1, revenue: 100 }])
      })

      test('survive an end at any statement of the sink', async () => {
        const other = enriched({ name: 'other', amount_minor: 5 })
        const statements = await countStatements(() => store([placed, other]), [corrected])
        expect(statements).toBeGreaterThan(3)
        for (let last = 0; last <= statements; last++) {
          for (const table of tables) await command(`truncate table ${table}`)
          await run([placed, other])
          const dying = createWarehouseStage({ warehouse: failingAt(warehouse, last), newId, logger })
          await dying.process(eventBatch([corrected])).catch((error: Error) => expect(error.message).toBe('connection lost'))
          await refreshRollups(warehouse, { logger })
          await run([corrected])
          expect(await audit(warehouse), `after statement ${last}`).toMatchObject({ clean: true, totals: { stored: 3 } })
          expect(await revenue(), `after statement ${last}`).toEqual([
            { day: '2026-03-10', orders: 1, revenue: 5 },
            { day: '2026-03-25', orders: 1, revenue: 80 },
          ])
        }
      })

      async function countStatements(before: () => Promise<unknown>, events: readonly EnrichedEvent[]): Promise<number> {
        await before()
        let statements = 0
        const counted = withStatements(warehouse, async () => void statements++)
        await createWarehouseStage({ warehouse: counted, newId, logger }).process(eventBatch(events))
        return statements
      }
    })

    test('a refresh that ends at any statement is completed by the next', async () => {
      const events = [enriched({ name: '1', day: '2026-03-10', amount_minor: 1 }), enriched({ name: '2', day: '2026-03-11', amount_minor: 2 })]
      const late = [enriched({ name: '3', day: '2026-03-10', amount_minor: 10 }), enriched({ name: '4', day: '2026-03-12', amount_minor: 20 })]
      await run([...events, ...late])
      const whole = await rollupText()
      let statements = 0
      await store(late)
      await refreshRollups(
        withStatements(warehouse, async () => void statements++),
        { logger },
      )
      expect(statements).toBeGreaterThan(9)
      for (let last = 0; last < statements; last++) {
        for (const table of tables) await command(`truncate table ${table}`)
        await run(events)
        await store(late)
        await stage().process(fateBatch('consent', late))
        await expect(refreshRollups(failingAt(warehouse, last), { logger })).rejects.toThrow('connection lost')
        await refreshRollups(warehouse, { logger })
        expect(await rollupText(), `after statement ${last}`).toEqual(whole)
        expect((await audit(warehouse)).findings, `after statement ${last}`).toEqual([])
      }
    })

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
        expect(await enforceRetention(warehouse, { now })).toEqual({ days: 4 })
        await refreshRollups(warehouse, { logger })
        expect(await rowsOf('select day, type, subject_web from events final order by day, type')).toEqual([
          { day: daysAgo(retentionDays.books), type: 'order_placed', subject_web: '' },
          { day: daysAgo(retentionDays.behaviour + 1), type: 'order_placed', subject_web: '' },
          { day: daysAgo(retentionDays.behaviour), type: 'page_viewed', subject_web: 'w' },
        ])
        // What became of the oldest left with its month.
        const { clean, totals } = await audit(warehouse)
        expect({ clean, totals }).toEqual({ clean: true, totals: { accepted: 5, stored: 3, deleted: 2, dropped: 0, rejected: 0, lost: 0 } })
        expect(await enforceRetention(warehouse, { now })).toEqual({ days: 0 })
      })

      test('blanks in the books every field that is annotated to leave earlier, and no other', async () => {
        const order = enriched({ ...touched, name: 'order', day: daysAgo(retentionDays.behaviour + 1) })
        await store([order])
        const [before] = await rowsOf<Record<string, unknown>>('select * from events')
        await enforceRetention(warehouse, { now })
        const [after] = await rowsOf<Record<string, unknown>>('select * from events')
        const blanked = Object.keys(before ?? {}).filter((column) => JSON.stringify(before?.[column]) !== JSON.stringify(after?.[column]))
        const shape = Object.entries(enrichedEvent.shape).filter(([, schema]) => annotations.get(schema)?.retention !== 'books')
        expect(blanked.toSorted()).toEqual(shape.map(([name]) => name).toSorted())
        for (const column of blanked) expect(['', '[]']).toContain(String(after?.[column]) || JSON.stringify(after?.[column]).replaceAll('"', ''))
      })

      test('deletes what became of events with the books', async () => {
        await stage().process(fateBatch('consent', [enriched({ name: 'old', day: daysAgo(retentionDays.books + 40) }), enriched({ name: 'new' })]))
        await enforceRetention(warehouse, { now })
        expect(await rowsOf('select event_id from fates')).toEqual([{ event_id: uuid('new') }])
      })
    })

    describe('audit', () => {
      const events = season(240)
      const dropped = season(300).slice(240, 280)
      const rejected = season(300).slice(280)

      const settled = async () => {
        await run(events)
        await stage().process(fateBatch('consent', dropped, { outcome: 'dropped', reason: 'no_consent' }))
        await stage().process(fateBatch('consent', rejected))
        await stage().process(fateBatch('transform', rejected, { outcome: 'rejected', reason: 'currency_rate_missing' }))
      }

      test('finds nothing in books that add up', async () => {
        await settled()
        const totals = { accepted: 300, stored: 240, deleted: 0, dropped: 40, rejected: 20, lost: 0 }
        expect(await audit(warehouse)).toEqual({ clean: true, totals, findings: [] })
      })

      const someEvent = `event_id = '${events[7]?.id}'`
      const someDay = `day = '${events[7]?.day}'`
      const damages: readonly { what: string; damage: string; found: readonly string[] }[] = [
        { what: 'an event that is gone', damage: `delete from events where ${someEvent}`, found: ['lost', 'rollup'] },
        { what: 'an event that was copied', damage: `insert into events select * from events where ${someEvent}`, found: ['duplicated'] },
        {
          what: 'an event under a second key',
          damage: `insert into events select * replace (toDate('2026-03-30') as day) from events where ${someEvent}`,
          found: ['duplicated', 'rollup'],
        },
        {
          what: 'an event that nobody accepted',
          damage: `insert into events select * replace (generateUUIDv4() as event_id) from (select * from events where ${someEvent})`,
          found: ['unaccepted', 'rollup'],
        },
        {
          what: 'an amount that was changed',
          damage: `insert into events select * replace (amount_minor + 1 as amount_minor, generateUUIDv4() as insert_id) from events where event_id = '${events[0]?.id}'`,
          found: ['rollup'],
        },
        { what: 'a fate that is gone, of a stored event', damage: `delete from fates where ${someEvent}`, found: ['unaccepted'] },
        {
          what: 'a fate that is gone, of a rejected event',
          damage: `delete from fates where event_id = '${rejected[0]?.id}' and stage = 'transform'`,
          found: ['lost'],
        },
        {
          what: 'a row of the channel rollup that is there twice',
          damage: `insert into rollup_channel_day select * from rollup_channel_day where ${someDay} limit 1`,
          found: ['rollup'],
        },
        {
          what: 'a row of the product rollup that is there twice',
          damage: `insert into rollup_product_day select * from rollup_product_day where ${someDay} limit 1`,
          found: ['rollup'],
        },
        { what: 'a week that the rollup lacks', damage: "alter table rollup_channel_day drop partition '2026-03-09'", found: ['rollup'] },
        {
          what: 'a product that was renamed',
          damage: `alter table rollup_product_day update name = 'Other' where ${someDay} settings mutations_sync = 2`,
          found: ['rollup'],
        },
        { what: 'a day that waits for its rollup', damage: "insert into stale_days values ('2026-03-12', generateUUIDv4(), 1)", found: ['stale'] },
      ]
      for (const { what, damage, found } of damages) {
        test(`finds ${what}`, async () => {
          await settled()
          // A merge would undo a copied row before the audit could see it, as it undoes every replay. A deletion is itself a kind of merge.
          if (damage.startsWith('insert into events')) await command('system stop merges events')
          try {
            await command(damage)
            const report = await audit(warehouse)
            expect([...new Set(report.findings.map(({ check }) => check))]).toEqual(found)
            expect(report.clean).toBe(false)
          } finally {
            await command('system start merges events')
          }
        })
      }

      test('says where and how much', async () => {
        await settled()
        const gone = events[0] as EnrichedEvent
        await command(`delete from events where event_id = '${gone.id}'`)
        const { totals, findings } = await audit(warehouse)
        expect(totals).toMatchObject({ accepted: 300, stored: 239, lost: 1 })
        expect(findings[0]).toMatchObject({ check: 'lost', hour: `${gone.day} 10:00:00`, channel: gone.channel })
        const revenueGap = findings.find(({ column }) => column === 'rollup_channel_day.revenue_gross_minor')
        expect(revenueGap).toMatchObject({ check: 'rollup', day: gone.day, channel: gone.channel })
        expect((revenueGap?.found ?? 0) - (revenueGap?.expected ?? 0)).toBe(gone.amount_minor)
      })

      test('counts an event that was collected twice once, as stored, whatever became of the repetition', async () => {
        const event = enriched({ name: 'twice' })
        await run([event])
        const again = { ...event, received_at: '2026-03-11T09:00:00Z' }
        await stage().process(fateBatch('consent', [again], { outcome: 'dropped', reason: 'no_consent' }))
        expect(await audit(warehouse)).toMatchObject({ clean: true, totals: { accepted: 1, stored: 1, dropped: 0 } })
      })
    })
  })
}

/** Runs something before each statement that is sent; what it throws is what the sender sees. */
export function withStatements(warehouse: Warehouse, before: (query: string) => Promise<void>): Warehouse {
  const intercept = (method: 'command' | 'query') => async (params: { query: string }) => {
    await before(params.query)
    return warehouse.client[method](params as never)
  }
  const client = new Proxy(warehouse.client, {
    get: (target, name) => (name === 'command' || name === 'query' ? intercept(name) : Reflect.get(target, name)),
  })
  return { ...warehouse, client }
}

/** The connection is lost for good before the statement with this number, counted from 0. */
function failingAt(warehouse: Warehouse, statement: number): Warehouse {
  let sent = 0
  return withStatements(warehouse, async () => {
    if (sent++ >= statement) throw new Error('connection lost')
  })
}
