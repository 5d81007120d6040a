import { migrate, refreshRollups } from '@kanalblick/warehouse'
import { describe, expect, test } from 'vitest'
import { enriched } from './events.ts'
import type { World } from './world.ts'

export function migrations(world: World): void {
  const { logger, command, rowsOf, textOf, run } = world

  describe('migrations', () => {
    test('change nothing when they run again', async () => {
      const before = await textOf('select name, checksum from migrations order by name')
      await migrate(world.warehouse, { logger })
      expect(await textOf('select name, checksum from migrations order by name')).toBe(before)
      expect(before).toContain('0001_events.sql')
    })

    test('resume after they were interrupted before one was recorded', async () => {
      const before = await textOf('select name, checksum from migrations order by name')
      await command("alter table migrations delete where name = '0002_rollups.sql' settings mutations_sync = 2")
      await command('drop table rollup_product_day')
      await migrate(world.warehouse, { logger })
      expect(await textOf('select name, checksum from migrations order by name')).toBe(before)
      expect(await rowsOf('select count() as rows from rollup_product_day')).toEqual([{ rows: 0 }])
    })

    test('let what is derived by month follow from days that were stored before', async () => {
      const sold = (name: string, day: string) => enriched({ name, day, lines: [{ sku: 'a', units: 1, net: 100 }] })
      await run([sold('1', '2026-01-10'), sold('2', '2026-02-10'), sold('3', '2026-03-10')])
      await command("alter table migrations delete where name = '0005_product_rollups.sql' settings mutations_sync = 2")
      for (const table of ['rollup_sku_day', 'rollup_sku_week', 'rollup_product_month', 'stale_months']) await command(`drop table ${table} sync`)
      await migrate(world.warehouse, { logger })
      expect(await rowsOf('select distinct month from stale_months order by month')).toEqual(['01', '02', '03'].map((month) => ({ month: `2026-${month}-01` })))
      await refreshRollups(world.warehouse, { logger })
      expect(await rowsOf('select month, units from rollup_product_month order by month')).toEqual([
        { month: '2026-01-01', units: 1 },
        { month: '2026-02-01', units: 1 },
      ])
    })

    test('refuse a file that changed after it was applied, and a warehouse of a newer version', async () => {
      await command("alter table migrations update checksum = 'other' where name = '0001_events.sql' settings mutations_sync = 2")
      await expect(migrate(world.warehouse, { logger })).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' })
      await command('truncate table migrations')
      await migrate(world.warehouse, { logger })
      await command("insert into migrations values ('9999_later.sql', 'x')")
      await expect(migrate(world.warehouse, { logger })).rejects.toMatchObject({ code: 'WAREHOUSE_NEWER' })
      await command("alter table migrations delete where name = '9999_later.sql' settings mutations_sync = 2")
    })
  })
}
