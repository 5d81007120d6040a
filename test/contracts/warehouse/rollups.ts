import { audit, refreshRollups } from '@kanalblick/warehouse'
import { describe, expect, test } from 'vitest'
import { enriched, fateBatch, season } from './events.ts'
import { failingAt, type World, withStatements } from './world.ts'

export function rollups(world: World): void {
  const { logger, command, rowsOf, textOf, stage, store, run, revenue, rollupText, empty } = world

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
        enriched({ name: '9', type: 'social_metrics_recorded', metrics: { reach: 900, views: 1200, clicks: 30 } }),
        enriched({ name: '10', type: 'ad_spend_recorded', metrics: { impressions: 5000, clicks: 12 } }),
      ])
      const sold = { orders: 2, cancellations: 1, refunds: 1, units: 4, units_cancelled: 2, units_refunded: 1, units_returned: 1 }
      const amounts = { revenue_gross_minor: 1700, cancelled_minor: 1000, refunded_minor: 350, tax_minor: 190, fees_minor: 99, ad_spend_minor: 2500 }
      const place = { day: '2026-03-10', channel: 'shop', channel_instance: 'shopware:main:de', country: 'DE', currency: 'EUR' }
      expect(await rowsOf('select * from rollup_channel_day')).toEqual([
        {
          ...place,
          ...sold,
          ...amounts,
          events: 10,
          events_consented: 2,
          reach: 900,
          clicks: 42,
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
      expect(await refreshRollups(world.warehouse, { logger })).toEqual({ days: 1 })
      expect(await revenue()).toEqual([
        { day: '2026-03-10', orders: 2, revenue: 150 },
        { day: '2026-03-11', orders: 1, revenue: 200 },
      ])
      expect(await refreshRollups(world.warehouse, { logger })).toEqual({ days: 0 })
    })

    test('are recomputed for days that lie years apart', async () => {
      const days = ['2024-02-29', '2024-12-31', '2026-03-08', '2026-03-09', '2026-03-10']
      await store(days.map((day, n) => enriched({ name: String(n), day, amount_minor: 100 + n })))
      expect(await refreshRollups(world.warehouse, { logger })).toEqual({ days: days.length })
      expect(await revenue()).toEqual(days.map((day, n) => ({ day, orders: 1, revenue: 100 + n })))
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
      expect(await audit(world.warehouse)).toMatchObject({ clean: true, totals: { accepted: 300, stored: 300, lost: 0 } })
    })

    test('lose a day whose events are all gone', async () => {
      await run([enriched({ name: '1', day: '2026-03-10' }), enriched({ name: '2', day: '2026-03-11' })])
      await command("delete from events where day = '2026-03-10'")
      await command("insert into stale_days values ('2026-03-10', generateUUIDv4(), 1)")
      await refreshRollups(world.warehouse, { logger })
      expect(await revenue()).toEqual([{ day: '2026-03-11', orders: 1, revenue: 0 }])
    })

    test('come from one refresh at a time', async () => {
      const events = season(200)
      await store(events)
      const done = await Promise.all([1, 2, 3].map(() => refreshRollups(world.warehouse, { logger })))
      expect(done.map(({ days }) => days)).toEqual([10, 0, 0])
      expect(await rowsOf('select sum(events) as events from rollup_channel_day')).toEqual([{ events: 200 }])
    })

    test('leave a mark that is set while they are recomputed', async () => {
      await store([enriched({ name: '1', amount_minor: 100 })])
      // The event of a second batch arrives when the first statement behind the reading of the marks is sent.
      const late = enriched({ name: '2', amount_minor: 11 })
      let arrived = false
      const interrupted = withStatements(world.warehouse, async (query) => {
        if (arrived || !query.startsWith('alter table rollup_product_day')) return
        arrived = true
        await store([late])
      })
      await refreshRollups(interrupted, { logger })
      expect(await refreshRollups(world.warehouse, { logger })).toEqual({ days: 1 })
      expect(await revenue()).toEqual([{ day: '2026-03-10', orders: 2, revenue: 111 }])
    })
  })

  test.each(['rollup_channel_day', 'rollup_product_day'])('a swap of %s that was cut off within the engine is completed by the next refresh', async (table) => {
    const sold = (name: string, day: string) => enriched({ name, day, amount_minor: 100, lines: [{ sku: 'a', units: 1, net: 100 }] })
    const late = sold('late', '2026-03-10')
    await run([sold('1', '2026-03-10'), sold('2', '2026-03-11'), sold('3', '2026-03-12')])
    // Killed between the new parts of a week and the end of the old ones, the engine starts again with both.
    await command(`create table new_parts as ${table}`)
    await command(`insert into new_parts select * from ${table} where day > '2026-03-10'`)
    await command(`alter table ${table} attach partition '2026-03-09' from new_parts`)
    await command('drop table new_parts sync')
    await run([late])
    expect((await audit(world.warehouse)).findings).toEqual([])
    const completed = await rollupText()
    await empty()
    await run([sold('1', '2026-03-10'), sold('2', '2026-03-11'), sold('3', '2026-03-12'), late])
    expect(completed).toEqual(await rollupText())
  })

  describe('what is derived of days by product', () => {
    const sold = (name: string, day: string, net: number, title = 'Teapot') =>
      enriched({ name, day, lines: [{ sku: 'a', units: 1, net, name: title }], amount_minor: net })
    /** The second refresh leaves the months alone that the first one changed. */
    const settle = async (...events: Parameters<World['run']>[0][number][]) => {
      await run(events)
      await refreshRollups(world.warehouse, { logger })
    }

    test('adds up their channels and countries, their weeks within a month, and their months', async () => {
      const abroad = { ...sold('4', '2026-01-29', 40), country: 'AT' }
      await settle(sold('1', '2026-01-28', 10, 'Pot'), sold('2', '2026-01-29', 20), sold('3', '2026-02-01', 30), abroad, sold('5', '2026-03-01', 50))
      expect(await rowsOf('select day, name, units, revenue_gross_minor as net from rollup_sku_day order by all')).toEqual([
        { day: '2026-01-28', name: 'Pot', units: 1, net: 10 },
        { day: '2026-01-29', name: 'Teapot', units: 2, net: 60 },
        { day: '2026-02-01', name: 'Teapot', units: 1, net: 30 },
      ])
      // The week from Monday, 26 January, to Sunday, 1 February.
      expect(await rowsOf('select week, name, last_day, revenue_gross_minor as net from rollup_sku_week order by all')).toEqual([
        { week: '2026-01-26', name: 'Pot', last_day: '2026-01-28', net: 10 },
        { week: '2026-01-26', name: 'Teapot', last_day: '2026-01-29', net: 60 },
        { week: '2026-02-01', name: 'Teapot', last_day: '2026-02-01', net: 30 },
      ])
      expect(await rowsOf('select month, country, name, last_day, revenue_gross_minor as net from rollup_product_month order by all')).toEqual([
        { month: '2026-01-01', country: 'AT', name: 'Teapot', last_day: '2026-01-29', net: 40 },
        { month: '2026-01-01', country: 'DE', name: 'Pot', last_day: '2026-01-28', net: 10 },
        { month: '2026-01-01', country: 'DE', name: 'Teapot', last_day: '2026-01-29', net: 20 },
        { month: '2026-02-01', country: 'DE', name: 'Teapot', last_day: '2026-02-01', net: 30 },
      ])
      expect((await audit(world.warehouse)).clean).toBe(true)
    })

    const monthsWaiting = () => rowsOf<{ month: string }>('select distinct month from stale_months final where pending > 0 order by month')

    test('leaves the newest month waiting, and writes nothing while events of it stream in', async () => {
      await settle(sold('1', '2026-02-10', 10), sold('2', '2026-03-10', 20))
      await run([sold('3', '2026-03-11', 25)])
      const marks = await textOf('select * from stale_months order by all')
      await run([sold('4', '2026-03-11', 30)])
      expect(await textOf('select * from stale_months order by all')).toBe(marks)
      expect(await monthsWaiting()).toEqual([{ month: '2026-03-01' }])
    })

    test('follows late events of an older month, and the end of all its events', async () => {
      await settle(sold('1', '2026-02-10', 10), sold('2', '2026-03-10', 20))
      await run([sold('late', '2026-02-11', 5)])
      expect(await monthsWaiting()).toEqual([{ month: '2026-02-01' }, { month: '2026-03-01' }])
      await refreshRollups(world.warehouse, { logger })
      expect(await rowsOf('select sum(revenue_gross_minor) as net from rollup_product_month')).toEqual([{ net: 15 }])
      await command("delete from events where day < '2026-03-01'")
      await command("insert into stale_days select arrayJoin(['2026-02-10', '2026-02-11']), generateUUIDv4(), 1")
      for (let round = 0; round < 2; round++) await refreshRollups(world.warehouse, { logger })
      expect(await rowsOf('select count() as rows from rollup_product_month')).toEqual([{ rows: 0 }])
      expect(await monthsWaiting()).toEqual([{ month: '2026-03-01' }])
    })

    test('is completed by the next refresh wherever one ended', async () => {
      await settle(sold('1', '2026-02-10', 10), sold('2', '2026-02-20', 20, 'Pot'), sold('3', '2026-03-10', 30))
      const whole = await rollupText()
      const months = [
        "rollup_sku_day drop partition '2026-02-01'",
        "rollup_sku_week drop partition '2026-02-01'",
        'rollup_product_month update units = 9 where true',
      ]
      const loseFebruary = async () => {
        for (const change of months) await command(`alter table ${change} settings mutations_sync = 2`)
        await command("insert into stale_months values ('2026-02-01', generateUUIDv4(), 1)")
      }
      let statements = 0
      await loseFebruary()
      await refreshRollups(
        withStatements(world.warehouse, async () => void statements++),
        { logger },
      )
      expect(statements).toBeGreaterThan(15)
      for (const last of world.endings(statements)) {
        await loseFebruary()
        await expect(refreshRollups(failingAt(world.warehouse, last), { logger })).rejects.toThrow('connection lost')
        await refreshRollups(world.warehouse, { logger })
        expect(await rollupText(), `after statement ${last}`).toEqual(whole)
        expect((await audit(world.warehouse)).findings, `after statement ${last}`).toEqual([])
      }
      // The first refresh of another connection drops what the last of these left.
      await refreshRollups(failingAt(world.warehouse, Number.POSITIVE_INFINITY), { logger })
    })
  })

  test('a refresh that ends at any statement is completed by the next', async () => {
    const events = [enriched({ name: '1', day: '2026-03-10', amount_minor: 1 }), enriched({ name: '2', day: '2026-03-11', amount_minor: 2 })]
    const late = [enriched({ name: '3', day: '2026-03-10', amount_minor: 10 }), enriched({ name: '4', day: '2026-03-12', amount_minor: 20 })]
    await run([...events, ...late])
    const whole = await rollupText()
    let statements = 0
    await store(late)
    await refreshRollups(
      withStatements(world.warehouse, async () => void statements++),
      { logger },
    )
    expect(statements).toBeGreaterThan(9)
    for (const last of world.endings(statements)) {
      await empty()
      await run(events)
      await store(late)
      await stage().process(fateBatch('consent', late))
      await expect(refreshRollups(failingAt(world.warehouse, last), { logger })).rejects.toThrow('connection lost')
      await refreshRollups(world.warehouse, { logger })
      expect(await rollupText(), `after statement ${last}`).toEqual(whole)
      expect((await audit(world.warehouse)).findings, `after statement ${last}`).toEqual([])
    }
  })
}
