import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectLedger } from '@kanalblick/consent'
import type { QueryRequestInput, QueryResult } from '@kanalblick/reports'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWeeklyArchive, recipientKey, type WeeklyArchive } from './archive.ts'
import { createWeeklyDelivery, type WeeklyDeliveryParts } from './deliver.ts'
import type { Mail, Sent } from './mailer.ts'

let folder: string
let db: Awaited<ReturnType<typeof connectLedger>>
let archive: WeeklyArchive
let nowMs: number
let sent: Mail[]
let said: string[]
const now = () => new Date(nowMs)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weekly-delivery-'))
  db = await connectLedger({ path: join(folder, 'ledger.sqlite') })
  archive = await openWeeklyArchive(db as never, { now })
  nowMs = Date.parse('2026-11-23T06:00:00Z')
  sent = []
  said = []
})
afterEach(async () => {
  await db.destroy()
  await rm(folder, { recursive: true })
})

const say = (message: string, fields: unknown) => void said.push(`${message} ${JSON.stringify(fields)}`)
const logger = { debug: say, info: say, warn: say, error: say }

/** Events in the weeks named, no sales. */
const answers = (mondays: readonly string[], slices: readonly Record<string, string | number>[] = []): WeeklyDeliveryParts['answers'] => ({
  query: async ({ metrics, grain, by }: QueryRequestInput) => {
    const rows = metrics[0] === 'events' && by === undefined ? mondays.map((period) => ({ period, events: 1 })) : by?.[0] === 'country' ? slices : []
    return { rows: grain === undefined ? [] : rows } as unknown as QueryResult
  },
  report: async () => ({ columns: [], rows: [] }) as never,
})

const sending = (outcome: () => Promise<Sent> | Sent = () => ({ outcome: 'sent' })): WeeklyDeliveryParts['mailer'] => ({
  domain: 'shop.example',
  check: async () => undefined,
  async send(mail) {
    sent.push(mail)
    return outcome()
  },
})

const delivery = (given: Partial<WeeklyDeliveryParts> = {}) =>
  createWeeklyDelivery({
    archive,
    answers: answers(['2026-11-02', '2026-11-16']),
    mailer: sending(),
    config: { timeZone: 'Europe/Berlin', weeklyReport: { language: 'de', recipients: ['a@shop.example', 'b@shop.example'], at: '0 6 * * 1' } },
    lag: async () => 0,
    staleDays: async () => 0,
    now,
    logger,
    ...given,
  })
const archived = async () => (await archive.list()).map(({ week }) => week)
const last = '2026-W47'

test('makes the reports of the last four weeks that have data, and sends the last one', async () => {
  await delivery().deliver()
  expect(await archived()).toEqual([last, '2026-W45'])
  expect(sent.map(({ to, messageId, subject }) => [to, messageId, subject])).toEqual(
    ['a@shop.example', 'b@shop.example'].map((to) => [to, `<${last}.${recipientKey(to)}@shop.example>`, 'Wochenbericht KW 47/2026']),
  )
  await delivery().catchUp()
  expect(sent).toHaveLength(2)
})

test('makes and sends the last report when it is due, not before', async () => {
  nowMs = Date.parse('2026-11-23T04:59:59Z')
  await delivery().deliver()
  expect([await archived(), sent]).toEqual([['2026-W45'], []])
  nowMs += 1_000
  await delivery().deliver()
  expect([(await archived())[0], sent.length]).toEqual([last, 2])
})

test('of two processes at once, one sends to each recipient', async () => {
  await Promise.all([delivery().deliver(), delivery().deliver()])
  expect(sent.map(({ to }) => to).toSorted()).toEqual(['a@shop.example', 'b@shop.example'])
})

test('archives without sending where there is no mail server, and sends to a recipient that is added later', async () => {
  await delivery({ mailer: undefined }).deliver()
  expect([(await archived()).length, sent]).toEqual([2, []])
  await delivery().deliver()
  expect(sent).toHaveLength(2)
})

test('withholds a report that contradicts itself, says why, and makes it once it does not', async () => {
  const late = [{ period: '2026-11-16', country: 'DE', currency: 'EUR', revenue_net: 1 }]
  await delivery({ answers: answers(['2026-11-16'], late) }).deliver()
  expect([await archived(), sent]).toEqual([[], []])
  expect(said.join()).toContain('net revenue by country in the week from 2026-11-16 (EUR) differs')
  await delivery().deliver()
  expect(sent).toHaveLength(2)
})

test('sends nothing while the server refuses, and tries again: a refusal is no doubt', async () => {
  const refusing = sending(() => ({ outcome: 'failed', error: { code: 'EENVELOPE', answer: 550 } }))
  for (let hour = 0; hour < 3; hour += 1) await delivery({ mailer: refusing }).deliver()
  expect(sent).toHaveLength(6)
  await delivery({ mailer: { domain: '', check: async () => ({ code: 'ESOCKET' }), send: () => Promise.reject(new Error('not asked')) } }).deliver()
  await delivery().deliver()
  expect(sent).toHaveLength(8)
  expect(said.join()).not.toContain('@')
})

test('sends once more when nobody knows whether it arrived, and then no more', async () => {
  const breaking = () => delivery({ mailer: sending(() => ({ outcome: 'unknown', error: { code: 'ECONNECTION' } })) })
  for (let hour = 0; hour < 5; hour += 1) await breaking().deliver()
  expect(sent.map(({ to }) => to)).toEqual(['a@shop.example', 'a@shop.example', 'b@shop.example', 'b@shop.example'])
  expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(2)
  expect(said.filter((message) => message.startsWith('twice nobody knows'))).toHaveLength(2)
})

test('takes over the mail of a process that died, once its claim ran out', async () => {
  await archive.claimMail(last, recipientKey('a@shop.example'))
  nowMs += 15_000
  await delivery().deliver()
  expect(sent).toHaveLength(2)
  expect(said.filter((message) => message.includes('sent once more'))).toHaveLength(1)
})

test('ends when it is stopped, whatever the mail server does', async () => {
  const stalling = delivery({ mailer: sending(() => new Promise(() => undefined)) })
  const delivering = stalling.deliver()
  while (sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  await stalling.stop()
  await delivering
  await delivery().deliver()
  expect(sent.map(({ to }) => to)).toEqual(['a@shop.example', 'a@shop.example', 'b@shop.example'])
})
