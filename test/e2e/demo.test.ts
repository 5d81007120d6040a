/** The demo shop as a newcomer gets it, and its stories as the query API tells them (docs/demo-shop.md). */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anchorOf, type FilledDemo, filledDemo } from '../support/demo.ts'
import { askKanalblick, runKanalblick, type Server, spawnKanalblick, startKanalblick, temporaryFolder, until } from '../support/product.ts'

type Row = Record<string, string | number | null>

const shiftDay = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
const mondayOf = (day: string) => shiftDay(day, -((new Date(day).getUTCDay() + 6) % 7))
const number = (row: Row | undefined, name: string) => Number(row?.[name] ?? 0)

/** Up to the day before: today's events still come in. */
async function sumsOf(path: string, anchor: string): Promise<Row[]> {
  const metrics = 'revenue_gross,revenue_net,orders,refunds,units,fees,ad_spend,reach,clicks,events,events_consented'
  const period = ['--from', shiftDay(anchor, -430), '--to', shiftDay(anchor, -1)]
  const query = ['query', '--metrics', metrics, '--by', 'channel_instance,country', '--grain', 'week', ...period, '--data', path]
  return (await askKanalblick<{ rows: Row[] }>(query)).rows
}

let demo: FilledDemo
beforeAll(async () => {
  demo = await filledDemo()
})
afterAll(() => demo.remove())

test('every event is analysed or dropped for want of consent, and the books agree', async () => {
  const { clean, totals } = await askKanalblick<{ clean: boolean; totals: Record<string, number> }>(['audit', '--data', demo.path])
  expect({ clean, rejected: totals['rejected'], lost: totals['lost'] }).toEqual({ clean: true, rejected: 0, lost: 0 })
  expect(totals['accepted']).toBeGreaterThan(55_000)
  expect(totals['dropped']).toBeGreaterThan(10_000)
  expect((await stat(join(demo.path, 'demo.json'))).mode & 0o777).toBe(0o600)
})

describe('the query API tells', () => {
  let server: Server
  let key: string
  beforeAll(async () => {
    server = await startKanalblick(['--data', demo.path])
    key = (await askKanalblick<{ key: string }>(['keys', 'create', '--kind', 'read', '--data', demo.path])).key
  })
  afterAll(() => server.stop())

  async function ask(fromDaysAgo: number, toDaysAgo: number, question: Record<string, unknown>): Promise<Row[]> {
    const body = { from: shiftDay(demo.anchor, -fromDaysAgo), to: shiftDay(demo.anchor, -toDaysAgo), ...question }
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await fetch(new URL('/v1/query', server.url), { method: 'POST', headers, body: JSON.stringify(body) })
    expect(answer.status).toBe(200)
    return ((await answer.json()) as { rows: Row[] }).rows
  }
  const where = (dimension: string, ...values: string[]) => ({ dimension, in: values })
  const units = async (from: number, to: number, instance: string, dimension: 'product' | 'category', value: string) =>
    number((await ask(from, to, { metrics: ['units'], filters: [where('channel_instance', instance), where(dimension, value)] }))[0], 'units')

  test('of a product that takes off on Amazon, and four weeks later in the shop', async () => {
    const weekly = async (from: number, to: number, instance: string) => ((await units(from, to, instance, 'product', 'NL-TCB-01')) / (from - to + 1)) * 7
    const [amazon, shop] = ['amazon:A1PA6795UKMFR9', 'shop:nordlicht']
    expect(await weekly(41, 14, amazon)).toBeGreaterThan(4 * (await weekly(231, 64, amazon)))
    expect(await weekly(14, 1, shop)).toBeGreaterThan(4 * (await weekly(231, 36, shop)))
    // While Amazon rises the shop is as ever.
    expect(await weekly(56, 36, amazon)).toBeGreaterThan(3 * (await weekly(231, 64, amazon)))
    expect(await weekly(56, 36, shop)).toBeLessThan(2.5 * (await weekly(231, 64, shop)))
  })

  test('of espresso that eBay gains and the shop loses, about three fifths of it', async () => {
    const [shop, ebay] = ['shop:nordlicht', 'ebay:EBAY_DE']
    expect(await units(400, 141, ebay, 'category', 'Espresso')).toBe(0)
    const gained = await units(126, 1, ebay, 'category', 'Espresso')
    // Filter coffee has the same seasons, and stayed in the shop: it says what espresso would have sold.
    const usual = (await units(364, 141, shop, 'category', 'Espresso')) / (await units(364, 141, shop, 'category', 'Filterkaffee'))
    const expected = usual * (await units(126, 1, shop, 'category', 'Filterkaffee'))
    const lost = expected - (await units(126, 1, shop, 'category', 'Espresso'))
    expect(gained).toBeGreaterThan(400)
    expect(lost / gained).toBeGreaterThan(0.3)
    expect(lost / gained).toBeLessThan(0.9)
  })

  test('of a mill that comes back, in the last four complete weeks too', async () => {
    const rate = async (from: number, to: number) => {
      const [row] = await ask(from, to, { metrics: ['units', 'units_refunded'], filters: [where('product', 'NL-MUM-01')] })
      return number(row, 'units_refunded') / number(row, 'units')
    }
    const sinceMonday = (Date.parse(demo.anchor) - Date.parse(mondayOf(demo.anchor))) / 86_400_000
    const usual = await rate(400, 60)
    expect(usual).toBeLessThan(0.07)
    expect(await rate(sinceMonday + 28, sinceMonday + 1)).toBeGreaterThan(2.5 * usual)
  })

  test('of a marketplace that fell silent with the last complete week', async () => {
    const monday = shiftDay(mondayOf(demo.anchor), -7)
    const question = { metrics: ['events'], grain: 'week', filters: [where('channel_instance', 'otto:nordlicht')] }
    const weeks = await ask(60, 0, question)
    const before = [1, 2, 3, 4].map((week) => shiftDay(monday, -7 * week))
    expect(weeks.map((row) => row['period'])).toEqual(expect.arrayContaining(before))
    expect(weeks.filter((row) => String(row['period']) >= monday)).toEqual([])
  })

  test('how much of each channel rests on consent', async () => {
    const rows = await ask(424, 1, { metrics: ['consent_share'], by: ['channel_instance'] })
    const share = Object.fromEntries(rows.map((row) => [String(row['channel_instance']), number(row, 'consent_share')]))
    expect(share).toMatchObject({ 'amazon:A1PA6795UKMFR9': 0, 'ebay:EBAY_DE': 0, 'otto:nordlicht': 0 })
    expect(share['shop:nordlicht']).toBeCloseTo(0.89, 1)
    expect(share['linkedin:nordlicht']).toBeCloseTo(0.74, 1)
    expect(share['instagram:nordlicht']).toBeCloseTo(0.62, 1)
    expect(Number(share['linkedin:nordlicht']) - Number(share['instagram:nordlicht'])).toBeGreaterThan(0.05)
  })

  test('whom social channels reach', async () => {
    const rows = await ask(28, 1, { metrics: ['reach', 'clicks', 'ad_spend'], by: ['channel_instance'], filters: [where('channel', 'social')] })
    expect(rows).toHaveLength(2)
    for (const row of rows) for (const name of ['reach', 'clicks', 'ad_spend']) expect(number(row, name)).toBeGreaterThan(0)
  })
})

test('a second start keeps everything and doubles nothing', async () => {
  const before = await sumsOf(demo.path, demo.anchor)
  const server = await startKanalblick(['--data', demo.path], { demo: true })
  await askKanalblick(['demo', '--data', demo.path])
  expect(await sumsOf(demo.path, demo.anchor)).toEqual(before)
  expect(await anchorOf(demo.path)).toBe(demo.anchor)
  expect(await askKanalblick(['audit', '--data', demo.path])).toMatchObject({ clean: true, findings: [] })
  await server.stop()
})

test('a first start that is killed while it fills goes on from there and ends in the same sums', { timeout: 180_000 }, async () => {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'data')
  const filledTo = () =>
    readFile(join(path, 'demo.json'), 'utf8').then(
      (text) => (JSON.parse(text) as { filledTo: string }).filledTo,
      () => '',
    )
  const filling = spawnKanalblick(['start', '--port', '0', '--json', '--data', path])
  await until(async () => (await filledTo()) > shiftDay(demo.anchor, -300), 'some months are filled')
  await filling.kill()
  expect((await filledTo()) < shiftDay(demo.anchor, -1)).toBe(true)
  await askKanalblick(['demo', '--data', path])
  expect(await sumsOf(path, await anchorOf(path))).toEqual(await sumsOf(demo.path, demo.anchor))
  expect(await askKanalblick(['audit', '--data', path])).toMatchObject({ clean: true, findings: [] })
  await folder.remove()
})

test('a data directory with other data is left alone', async () => {
  const folder = await temporaryFolder()
  const data = ['--data', join(folder.path, 'data')]
  const server = await startKanalblick(data)
  const { key } = await askKanalblick<{ key: string }>(['keys', 'create', '--kind', 'write', '--channel', 'shop', '--instance', 'shop:main', ...data])
  const call = { type: 'page', messageId: '1', timestamp: '2026-03-02T10:00:00Z', anonymousId: 'd', properties: { path: '/' } }
  await fetch(new URL('/v1/batch', server.url), { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify({ batch: [call] }) })
  const refusal = { code: 2, stderr: expect.stringContaining("holds data that is not the demo's") as string }
  expect(await runKanalblick(['demo', ...data])).toMatchObject(refusal)
  await server.stop()
  expect(await runKanalblick(['demo', ...data])).toMatchObject(refusal)
  await folder.remove()
})
