import { join } from 'node:path'
import { connectWarehouse } from '@kanalblick/warehouse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectedNumbers, importOnlineRetail, onlineRetailMissing, onlineRetailNumbers } from '../support/online-retail.ts'
import { askKanalblick, runKanalblick, temporaryFolder } from '../support/product.ts'

describe.skipIf(onlineRetailMissing)(`a year of real orders, embedded${onlineRetailMissing ? ` (skipped: ${onlineRetailMissing})` : ''}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let data: string[]

  beforeAll(async () => {
    folder = await temporaryFolder()
    data = ['--data', folder.path]
  })
  afterAll(() => folder.remove())

  /** Changes the warehouse behind the product's back. */
  async function byHand(sql: string) {
    const warehouse = await connectWarehouse({ path: join(folder.path, 'warehouse') })
    await warehouse.client.command({ query: sql })
    await warehouse.close()
  }
  const audit = () => runKanalblick(['audit', ...data, '--json'])

  test('is imported to the penny', { timeout: 300_000 }, async () => {
    const summary = await askKanalblick<{ lines: number; events: number; malformed: number }>([...importOnlineRetail, ...data])
    expect(summary).toMatchObject({ lines: 541_909, events: 25_900, malformed: 0 })
    expect(await onlineRetailNumbers(data)).toEqual(expectedNumbers)
  })

  test('is the same after a second import, whether recognised as a whole or sent again', { timeout: 300_000 }, async () => {
    expect(await askKanalblick([...importOnlineRetail, ...data])).toMatchObject({ events: 25_900, accepted: 0 })
    expect(await askKanalblick([...importOnlineRetail, '--again', ...data])).toMatchObject({ accepted: 25_900 })
    expect(await onlineRetailNumbers(data)).toEqual(expectedNumbers)
  })

  test('passes the audit', { timeout: 120_000 }, async () => {
    const { code, stdout } = await audit()
    expect(JSON.parse(stdout)).toMatchObject({ clean: true, findings: [], totals: { rejected: 0, dropped: 0, lost: 0 } })
    expect(code).toBe(0)
  })

  test('fails the audit when a row was doubled by hand', { timeout: 120_000 }, async () => {
    await byHand('system stop merges events')
    await byHand('insert into events select * from events limit 1')
    expect((await audit()).code).toBe(1)
    await byHand('optimize table events final')
    expect((await audit()).code).toBe(0)
  })

  test('fails the audit when a row was removed by hand', { timeout: 120_000 }, async () => {
    await byHand('delete from events where event_id = (select event_id from events final order by event_id limit 1)')
    const { code, stdout } = await audit()
    expect(code).toBe(1)
    expect(JSON.parse(stdout).findings).toContainEqual(expect.objectContaining({ check: 'lost' }))
  })
})
