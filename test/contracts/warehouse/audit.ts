import type { EnrichedEvent } from '@kanalblick/stream'
import { audit, refreshRollups } from '@kanalblick/warehouse'
import { describe, expect, test } from 'vitest'
import { enriched, fateBatch, season } from './events.ts'
import type { World } from './world.ts'

export function auditing(world: World): void {
  const { logger, command, stage, run } = world

  describe('audit', () => {
    const events = season(240)
    const dropped = season(300).slice(240, 280)
    const rejected = season(300).slice(280)

    const settled = async () => {
      await run(events)
      // March is not the newest that waits, so it is derived.
      await command("insert into stale_months values ('2026-04-01', generateUUIDv4(), 1)")
      await refreshRollups(world.warehouse, { logger })
      await stage().process(fateBatch('consent', dropped, { outcome: 'dropped', reason: 'no_consent' }))
      await stage().process(fateBatch('consent', rejected))
      await stage().process(fateBatch('transform', rejected, { outcome: 'rejected', reason: 'currency_rate_missing' }))
    }

    test('finds nothing in books that add up', async () => {
      await settled()
      const totals = { accepted: 300, stored: 240, deleted: 0, dropped: 40, rejected: 20, lost: 0 }
      expect(await audit(world.warehouse)).toEqual({ clean: true, totals, findings: [] })
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
      { what: 'a month of products that lacks a row', damage: "alter table rollup_product_month drop partition '2026-03-01'", found: ['rollup'] },
      {
        what: 'a day of products that is there twice',
        damage: 'insert into rollup_sku_day select * from rollup_sku_day limit 1',
        found: ['rollup'],
      },
      {
        what: 'a week of products with another last day',
        damage: 'alter table rollup_sku_week update last_day = last_day + 1 where true settings mutations_sync = 2',
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
          const report = await audit(world.warehouse)
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
      const { totals, findings } = await audit(world.warehouse)
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
      expect(await audit(world.warehouse)).toMatchObject({ clean: true, totals: { accepted: 1, stored: 1, dropped: 0 } })
    })
  })
}
