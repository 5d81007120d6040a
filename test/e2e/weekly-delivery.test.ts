/** The weekly report on its way: made after the start, archived, and sent to each recipient by a real mail server, whatever happens between. */
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { askKanalblick, type Server, startKanalblick, temporaryFolder, until } from '../support/product.ts'
import { type MailServer, startMailServer } from '../support/smtp.ts'

type Row = Record<string, string | number>
interface Listed {
  week: string
  from: string
  to: string
  title: { de: string }
  headline: { de: string }
  revenue: Row[]
}

const dayMs = 86_400_000
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(new Date())
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
/** The Monday so many weeks before this week's. */
const monday = (weeksAgo: number) => dayOf(Date.parse(today) - (((new Date(today).getUTCDay() + 6) % 7) + 7 * weeksAgo) * dayMs)
const sunday = (weeksAgo: number) => dayOf(Date.parse(monday(weeksAgo)) + 6 * dayMs)
const recipients = ['lena@shop.example', 'ole@shop.example']

let filled: Awaited<ReturnType<typeof temporaryFolder>>
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let data: string[]
let mailServer: MailServer
let server: Server | undefined

const order = (id: number, day: string) => ({
  specversion: '1.0',
  id: `delivery-${id}`,
  source: 'test',
  type: 'order_placed',
  time: `${day}T10:00:00Z`,
  data: {
    order_id: `A-${id}`,
    currency: 'EUR',
    total_net_minor: 1_234_50 + id,
    items: [{ sku: `mug-${id % 3}`, name: 'Becher & Co.', quantity: 1, line_net_minor: 1_234_50 + id }],
  },
})
const orders = [
  ...Array.from({ length: 30 }, (_, id) => order(id, monday(1))),
  ...Array.from({ length: 20 }, (_, id) => order(100 + id, monday(2))),
  order(200, monday(6)),
]

/** Sends the orders as a shop does, and waits until they are counted. */
async function fill(): Promise<void> {
  const { url, stop } = await startKanalblick(['--data', filled.path])
  const access = ['--kind', 'write', '--channel', 'shop', '--instance', 'shop:main']
  const { key } = await askKanalblick<{ key: string }>(['keys', 'create', ...access, '--data', filled.path])
  const response = await fetch(new URL('/v1/events', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(orders),
  })
  expect(response.ok).toBe(true)
  const counted = async () => {
    const period = ['--from', monday(6), '--to', sunday(1)]
    return (await askKanalblick<{ rows: Row[] }>(['query', '--metrics', 'orders', ...period, '--data', filled.path])).rows[0]?.['orders']
  }
  await until(async () => (await counted()) === orders.length, 'the orders are counted')
  await stop()
}

const configure = (to: readonly string[] = recipients) =>
  writeFile(
    join(folder.path, 'kanalblick.yaml'),
    // Due since midnight of Monday, on whichever day this test runs.
    JSON.stringify({
      weeklyReport: { recipients: to, at: '0 0 * * 1' },
      smtp: { host: '127.0.0.1', port: mailServer.port, from: 'report@shop.example' },
    }),
  )
const start = async () => {
  server = await startKanalblick(data)
  return server
}
const reader = async () => (await askKanalblick<{ key: string }>(['keys', 'create', '--kind', 'read', ...data])).key
const read = async (path: string, key: string) => fetch(new URL(`/v1/weekly-reports${path}`, server?.url), { headers: { authorization: `Bearer ${key}` } })
const archived = async (key: string) => ((await (await read('', key)).json()) as { reports: Listed[] }).reports
const received = () => mailServer.mails.map(({ recipient }) => recipient)

beforeAll(async () => {
  filled = await temporaryFolder()
  await fill()
}, 120_000)
afterAll(() => filled.remove())
beforeEach(async () => {
  folder = await temporaryFolder()
  data = ['--data', folder.path]
  await cp(filled.path, folder.path, { recursive: true })
  mailServer = await startMailServer()
  await configure()
})
afterEach(async () => {
  await server?.stop()
  await mailServer.stop()
  await folder.remove()
})

describe('after the start, the report of the last complete week', () => {
  test('reaches each recipient once, with the numbers of the query, and is archived with the older one that nobody was sent', async () => {
    await start()
    await until(() => mailServer.mails.length === recipients.length, 'the mails arrive')
    expect(received().toSorted()).toEqual(recipients)

    const period = ['--from', monday(1), '--to', sunday(1)]
    const { rows } = await askKanalblick<{ rows: Row[] }>(['query', '--metrics', 'revenue_net,orders,average_order_value', ...period, ...data])
    const money = (amount: unknown) => new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(Number(amount))
    const [{ subject = '', html = '', text = '', headers, attachments } = { subject: '' }] = mailServer.mails
    for (const amount of [rows[0]?.['revenue_net'], rows[0]?.['average_order_value']].map(money)) {
      expect(html).toContain(amount)
      expect(text).toContain(amount)
    }
    expect([rows[0]?.['orders'], text]).toEqual([30, expect.stringContaining('Bestellungen: 30')])
    expect(subject).toContain(money(rows[0]?.['revenue_net']).replaceAll('\u00a0', ' '))

    // Mail programs cut off after 102 kB; the picture is a part of its own.
    expect(Buffer.byteLength(String(html))).toBeLessThan(102_000)
    expect(html).toMatch(/<img src="cid:[^"]+" width="592" height="\d+" alt="[^"]+"/)
    expect(attachments).toMatchObject([{ contentType: 'image/png', related: true }])
    expect([...(headers?.keys() ?? [])]).toEqual(expect.arrayContaining(['list', 'auto-submitted', 'message-id']))

    const key = await reader()
    const reports = await archived(key)
    expect(reports.map(({ from, to }) => [from, to])).toEqual([1, 2].map((weeksAgo) => [monday(weeksAgo), sunday(weeksAgo)]))
    expect(reports[0]?.revenue).toEqual([{ currency: 'EUR', revenue_net: rows[0]?.['revenue_net'] }])
    expect(subject).toContain(reports[0]?.title.de ?? 'no title')
    const page = await read(`/${reports[0]?.week}/report.de.html`, key)
    expect([page.status, page.headers.get('x-frame-options')]).toEqual([200, 'SAMEORIGIN'])
    expect(page.headers.get('content-security-policy')).toContain('sandbox')
    expect(await page.text()).toContain(money(rows[0]?.['revenue_net']))
  })

  test('is not sent again after a restart, but to a recipient that was added', async () => {
    await start()
    await until(() => mailServer.mails.length === recipients.length, 'the mails arrive')
    await server?.stop()
    await configure([...recipients, 'mia@shop.example'])
    await start()
    await until(() => received().includes('mia@shop.example'), 'the new recipient gets it')
    const { stderr } = (await server?.stop()) ?? { stderr: '' }
    expect(received().toSorted()).toEqual(['lena@shop.example', 'mia@shop.example', 'ole@shop.example'])
    expect(stderr).not.toContain('@shop.example')
  })

  test('arrives when the process was killed while the mail server thought about it, under the same Message-ID', async () => {
    mailServer.stall(true)
    const first = await start()
    await until(() => mailServer.stalled() === 1, 'the mail server has the first mail')
    await first.kill()
    mailServer.stall(false)
    await start()
    await until(() => mailServer.mails.length === recipients.length, 'the mails arrive')
    expect(received().toSorted()).toEqual(recipients)
    // The one that may have arrived was handed over twice, and no more.
    expect(mailServer.stalled()).toBe(1)
    expect(new Set(mailServer.mails.map(({ messageId }) => messageId)).size).toBe(recipients.length)
    const { stderr } = (await server?.stop()) ?? { stderr: '' }
    expect(stderr.match(/it is sent once more/g)).toHaveLength(1)
  })

  test('is archived while there is no mail server, and sent once there is one', async () => {
    const { port } = mailServer
    await mailServer.stop()
    await start()
    const key = await reader()
    await until(async () => (await archived(key)).length === 2, 'the reports are archived')
    expect((await fetch(new URL('/readyz', server?.url))).status).toBe(200)
    const { stderr, code } = (await server?.stop()) ?? { stderr: '', code: 1 }
    expect([code, stderr]).toEqual([0, expect.stringContaining('the mail server takes no mails: check smtp in the configuration')])
    mailServer = await startMailServer(port)
    await start()
    await until(() => mailServer.mails.length === recipients.length, 'the mails arrive')
    expect(received().toSorted()).toEqual(recipients)
  })
})
