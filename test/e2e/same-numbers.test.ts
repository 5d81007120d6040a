/** One week, one set of numbers: on the page, in its CSV, in the report as JSON, page and mail, from the API, and by plain SQL on the events. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectWarehouse } from '@kanalblick/warehouse'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserMissing, startBrowser } from '../support/browser.ts'
import { filledDemo } from '../support/demo.ts'
import { askKanalblick, runKanalblick, startKanalblick } from '../support/product.ts'

interface Numbers {
  readonly revenue_net: number
  readonly orders: number
  readonly average_order_value: number
}
const names = ['revenue_net', 'orders', 'average_order_value'] as const

/** `1.234,50 €` is 1234.5. */
const read = (text: string) => Number(text.replaceAll(/[^\d,-]/g, '').replace(',', '.'))
const euro = (amount: number) => new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(amount)

describe.skipIf(browserMissing)(`the numbers of a week${browserMissing ? ` (skipped: ${browserMissing})` : ''}`, () => {
  let demo: Awaited<ReturnType<typeof filledDemo>>
  let browser: Browser
  let page: Page
  let week: { name: string; from: string; to: string }
  let asked: Numbers
  let byChannel: Record<string, string | number>[]
  let stored: Numbers
  let files: (name: string) => Promise<string>

  beforeAll(async () => {
    demo = await filledDemo()
    const data = ['--data', demo.path]
    const out = join(demo.path, 'written')
    const server = await startKanalblick(data)
    week = (await askKanalblick<{ week: typeof week }>(['report', 'weekly', '--out', out, ...data])).week
    files = (name) => readFile(join(out, name), 'utf8')
    const query = async <Row>(args: readonly string[]) =>
      (await askKanalblick<{ rows: Row[] }>(['query', ...args, '--from', week.from, '--to', week.to, ...data])).rows
    asked = (await query<Numbers>(['--metrics', names.join(',')]))[0] as Numbers
    byChannel = await query(['--metrics', 'revenue_net,orders', '--by', 'channel_instance'])
    browser = await startBrowser()
    page = await browser.newPage({ locale: 'de-DE' })
    const { stdout } = await runKanalblick(['sign-in', ...data])
    await page.goto(/http\S+#\S+/.exec(stdout)?.[0] ?? '')
    await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' })
    await page.goto(`${server.url}/?lang=de&period=last_week`)
    await page.waitForLoadState('networkidle')
    await page.locator('main[aria-busy="false"]').waitFor()
    onPage = Object.fromEntries(await Promise.all(names.map(async (name) => [name, read(await page.locator(`[data-metric="${name}"]`).innerText())])))
    channelsOnPage = await page
      .getByRole('region', { name: 'Kanäle' })
      .first()
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => [row.querySelector('th span')?.getAttribute('title') ?? '', row.querySelector('td')?.innerText ?? '']))
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Kanäle als CSV' }).click()
    csv = await readFile(await (await download).path(), 'utf8')
    await browser.close()
    await server.stop()
    stored = await fromEvents(demo.path, week)
  }, 300_000)
  afterAll(() => demo.remove())

  let onPage: Record<string, number>
  let channelsOnPage: string[][]
  let csv: string

  test('there are some', () => {
    expect(asked.orders).toBeGreaterThan(50)
    expect(asked.revenue_net).toBeGreaterThan(1000)
  })

  test('are those of plain SQL on the stored events', () => {
    expect(stored).toEqual({ revenue_net: asked.revenue_net, orders: asked.orders, average_order_value: asked.average_order_value })
  })

  test('stand on the page', () => {
    expect(onPage).toEqual(stored)
  })

  test('stand in the report: JSON, page, mail and text', async () => {
    const json = JSON.parse(await files('report.json')) as { sections: { measures: { name: string; current: number }[] }[] }
    const measures = json.sections[0]?.measures ?? []
    expect(Object.fromEntries(measures.filter(({ name }) => names.includes(name as 'orders')).map(({ name, current }) => [name, current]))).toEqual(stored)
    for (const name of ['report.de.html', 'mail.de.html', 'report.de.md']) {
      const text = await files(name)
      expect(text, name).toContain(euro(stored.revenue_net))
      expect(text, name).toContain(euro(stored.average_order_value))
      expect(text, name).toContain(new Intl.NumberFormat('de-DE').format(stored.orders))
    }
  })

  test('stand per channel on the page and in its CSV', () => {
    const [head = '', ...lines] = csv.trim().split('\r\n')
    const columns = head.split(',')
    const inCsv = lines
      .map((line) => line.split(','))
      .map((cells) => [cells[columns.indexOf('channel_instance')], Number(cells[columns.indexOf('revenue_net')])])
    const expected = byChannel.map((row) => [row['channel_instance'], row['revenue_net']])
    expect(new Map(inCsv as [string, number][])).toEqual(new Map(expected as [string, number][]))
    const shown = new Map(channelsOnPage.map(([instance, text]) => [instance, read(text ?? '')]))
    for (const [instance, revenue] of expected) expect([instance, shown.get(String(instance))]).toEqual([instance, revenue])
  })
})

/** Straight from the base table, without a rollup. */
async function fromEvents(dataDirectory: string, { from, to }: { from: string; to: string }): Promise<Numbers> {
  const warehouse = await connectWarehouse({ path: join(dataDirectory, 'warehouse') })
  try {
    const result = await warehouse.client.query({
      query: `
        select
          sumIf(amount_minor, type = 'order_placed') as placed,
          sumIf(amount_minor, type in ('order_cancelled', 'refund_issued')) as taken_back,
          countIf(type = 'order_placed') as orders
        from events final
        where day between {from:Date} and {to:Date}`,
      query_params: { from, to },
      format: 'JSONEachRow',
    })
    const [{ placed, taken_back, orders } = { placed: 0, taken_back: 0, orders: 1 }] = await result.json<Record<'placed' | 'taken_back' | 'orders', number>>()
    return { revenue_net: (placed - taken_back) / 100, orders, average_order_value: Math.round(placed / orders) / 100 }
  } finally {
    await warehouse.close()
  }
}
