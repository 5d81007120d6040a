/** Laws of the log, tried with stories that nobody would think of: what members, crashes and retention do to it in any order. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type Batch, type Log, type Logger, type Member, topics } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }
const inbox = 'events.collected.v1'
const outbox = 'events.consented.v1'
const group = 'workers'
const hourMs = 3_600_000
const beginMs = 1_700_000_000_000

const key = fc.nat(12).map((n) => `key ${n}`)
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append'), keys: fc.array(key, { maxLength: 20 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('take'), who: fc.nat(3) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('advance'), who: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retreat'), who: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('join') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave'), who: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.integer({ min: 1, max: 48 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('trim') }) },
) as fc.Arbitrary<Action>

type Action =
  | { do: 'append'; keys: string[] }
  | { do: 'take' | 'advance' | 'retreat' | 'leave'; who: number }
  | { do: 'join' | 'reopen' | 'trim' }
  | { do: 'wait'; hours: number }

interface Worker {
  readonly member: Member
  batch: Batch | undefined
  asking: boolean
}

/** What must be true whatever the log does, told from outside. */
interface Books {
  nowMs: number
  appended: number
  /** Values that the group moved past, and how many it was told it missed. */
  readonly passed: number[]
  missed: number
  /** Where each value was seen: always the same place. */
  readonly places: Map<number, string>
}

async function play(path: string, actions: readonly Action[]): Promise<void> {
  const books: Books = { nowMs: beginMs, appended: 0, passed: [], missed: 0, places: new Map() }
  const open = () => openEmbeddedLog({ path, partitions: 3, logger: silent, now: () => books.nowMs })
  let log = open()
  let workers: Worker[] = []
  const enlist = async () => void workers.push({ member: await log.join(group, [inbox]), batch: undefined, asking: false })
  for (const action of actions) {
    const worker = 'who' in action ? workers[action.who % Math.max(1, workers.length)] : undefined
    if (action.do === 'append') await append(log, books, action.keys)
    // Long enough for the inbox to expire, never for the outbox.
    if (action.do === 'wait') books.nowMs = Math.min(books.nowMs + action.hours * hourMs, beginMs + topics[outbox].retentionMs)
    if (action.do === 'trim') await log.trim(books.nowMs)
    if (action.do === 'join' && workers.length < 4) await enlist()
    if (action.do === 'take' && worker) await take(worker, books)
    if (action.do === 'advance' && worker?.batch) await advance(worker, books)
    if (action.do === 'retreat' && worker?.batch) await retreat(worker)
    if (action.do === 'leave' && worker) {
      await worker.member.close()
      workers = workers.filter((other) => other !== worker)
    }
    if (action.do === 'reopen') {
      await log.close()
      workers = []
      log = open()
    }
  }
  for (const { member } of workers) await member.close()
  await balance(log, books)
  await log.close()
}

async function append(log: Log, books: Books, keys: readonly string[]): Promise<void> {
  const record = (key: string, content: number) => ({ topic: inbox, key, value: Buffer.from(String(content)), content }) as const
  await log.append(keys.map((key) => record(key, books.appended++)))
}

const numbers = (batch: Batch) => batch.records.map(({ value }) => Number(Buffer.from(value).toString()))

async function take(worker: Worker, books: Books): Promise<void> {
  if (!worker.batch && !worker.asking) {
    worker.asking = true
    void worker.member.next().then((batch) => {
      worker.asking = false
      worker.batch = batch
    })
    await turn()
  }
  if (worker.batch) see(worker.batch, books)
}

function see(batch: Batch, books: Books): void {
  const first = batch.records[0]?.offset ?? 0
  for (const [i, number] of numbers(batch).entries()) {
    const { offset = -1, content = number } = batch.records[i] ?? {}
    expect(content).toBe(number)
    expect(offset).toBe(first + i)
    const place = `${batch.partition}/${offset}`
    expect(books.places.get(number) ?? place).toBe(place)
    books.places.set(number, place)
  }
}

/** Every batch is copied, so that the outbox shows what the log took for advanced. */
async function advance(worker: Worker, books: Books): Promise<void> {
  const { batch } = worker
  if (!batch) return
  worker.batch = undefined
  try {
    await worker.member.advance(
      batch,
      batch.records.map(({ key, value }) => ({ topic: outbox, key, value })),
    )
    books.passed.push(...numbers(batch))
    books.missed += batch.missed
  } catch (error) {
    expect(error).toMatchObject({ code: 'STALE_BATCH' })
  }
}

async function retreat(worker: Worker): Promise<void> {
  if (worker.batch) await worker.member.retreat(worker.batch)
  worker.batch = undefined
}

/** Drains the log and adds up: every record was passed exactly once, or expired and was told of. */
async function balance(log: Log, books: Books): Promise<void> {
  await append(
    log,
    books,
    Array.from({ length: 13 }, (_, i) => `key ${i}`),
  )
  const worker: Worker = { member: await log.join(group, [inbox]), batch: undefined, asking: false }
  while ((await log.lag(group, [inbox])) > 0) {
    await take(worker, books)
    await advance(worker, books)
  }
  expect(new Set(books.passed).size).toBe(books.passed.length)
  expect(books.passed.length + books.missed).toBe(books.appended)
  expect(await log.lag('auditor', [outbox])).toBe(books.passed.length)
}

async function inDirectory(story: (path: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kanalblick-laws-'))
  try {
    await story(join(directory, 'log.db'))
  } finally {
    await rm(directory, { recursive: true })
  }
}

test('passes every record exactly once, or tells that it expired', async () => {
  const stories = fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 60 }), (actions) => inDirectory((path) => play(path, actions)))
  await fc.assert(stories, { numRuns: 50 })
})

test('keeps any key and any value', async () => {
  const records = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 2000 })), { minLength: 1, maxLength: 30 })
  const story = fc.asyncProperty(records, (pairs) =>
    inDirectory(async (path) => {
      const log = openEmbeddedLog({ path, partitions: 1, logger: silent })
      await log.append(pairs.map(([key, value]) => ({ topic: inbox, key, value })))
      const batch = await (await log.join(group, [inbox])).next()
      expect(batch?.records.map(({ key, value }) => [key, [...value]])).toEqual(pairs.map(([key, value]) => [key, [...value]]))
      await log.close()
    }),
  )
  await fc.assert(story, { numRuns: 25 })
})

test('removes exactly what is older than its retention', async () => {
  const ages = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 30 })
  const story = fc.asyncProperty(ages, (hours) =>
    inDirectory(async (path) => {
      const endMs = 1_700_000_000_000
      let nowMs = endMs
      const log = openEmbeddedLog({ path, partitions: 1, logger: silent, now: () => nowMs })
      for (const age of hours.toSorted((a, b) => b - a)) {
        nowMs = endMs - age * hourMs
        await log.append([{ topic: inbox, key: 'key', value: Buffer.from(String(age)) }])
      }
      await log.trim(endMs)
      const retentionHours = topics[inbox].retentionMs / hourMs
      expect(await log.lag(group, [inbox])).toBe(hours.filter((age) => age <= retentionHours).length)
      await log.close()
    }),
  )
  await fc.assert(story, { numRuns: 20 })
})
