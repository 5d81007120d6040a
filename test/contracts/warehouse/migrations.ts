import { migrate } from '@kanalblick/warehouse'
import { describe, expect, test } from 'vitest'
import type { World } from './world.ts'

export function migrations(world: World): void {
  const { logger, command, rowsOf, textOf } = world

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
