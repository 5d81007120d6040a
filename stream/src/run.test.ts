import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openEmbeddedLog } from './embedded/log.ts'
import { type Append, type Batch, fromRecord, type Log, type Logger, type NewRecord, run, type Stage, toNewRecords, topics } from './index.ts'
import { partitionOf } from './partition.ts'

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }
const inbox = 'events.collected.v1'
const outbox = 'fates.consent.v1'

let directory: string
let log: Log
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kanalblick-run-'))
  log = openEmbeddedLog({ path: join(directory, 'log.db'), partitions: 2, logger: silent })
})
afterEach(async () => {
  await log.close()
  await rm(directory, { recursive: true })
})

const keyIn = (partition: number) => ['a', 'b', 'c', 'd', 'e'].find((key) => partitionOf(key, 2) === partition) ?? ''
const append = (...values: readonly unknown[]) =>
  log.append(values.map((value) => ({ topic: inbox, key: keyIn(1), value: Buffer.from(JSON.stringify(value)) })))
const copy = (batch: Batch) => batch.records.map(({ key, ...record }) => ({ topic: outbox, key, value: fromRecord({ key, ...record }) }) as Append<'consent'>)
const texts = (batch: Batch | undefined) => batch?.records.map(({ value }) => JSON.parse(Buffer.from(value).toString()))

/** Runs the stage; `seen` tells what it told the metrics. */
function start(process: Stage<'consent'>['process']) {
  const stop = new AbortController()
  const seen = { advanced: 0, retried: 0, missed: 0 }
  const metrics = {
    advanced: (_: string, batch: Batch) => {
      seen.advanced += batch.records.length
    },
    retried: () => {
      seen.retried++
    },
    missed: (_: string, records: number) => {
      seen.missed += records
    },
  }
  const running = run({ name: 'consent', process }, { log, logger: silent, signal: stop.signal, metrics })
  return {
    seen,
    running,
    async end() {
      stop.abort()
      await running
    },
  }
}

const outputs = async (group = 'test') => {
  const member = await log.join(group, [outbox])
  return { next: async () => texts(await member.next()) }
}

test('passes over records that were erased, and moves on', async () => {
  await append('first', 'second', 'third')
  await log.erase([{ topic: inbox, partition: 1, offset: 1 }])
  const stage = start(async (batch) => copy(batch))
  expect(await (await outputs()).next()).toEqual(['first', 'third'])
  await append('fourth')
  await log.erase([{ topic: inbox, partition: 1, offset: 3 }])
  await vi.waitFor(async () => expect(await log.lag('consent', [inbox])).toBe(0))
  await stage.end()
})

describe('the loop', () => {
  test('takes nothing from a member that leaves together with it', async () => {
    const stop = new AbortController()
    const taken: unknown[] = []
    let finish = () => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    const process: Stage<'consent'>['process'] = async (batch) => {
      taken.push(...(texts(batch) ?? []))
      await finished
      return []
    }
    const metrics = { advanced() {}, retried() {}, missed() {} }
    const members = [1, 2].map(() => run({ name: 'consent', process }, { log, logger: silent, signal: stop.signal, metrics }))
    await log.append([{ topic: inbox, key: keyIn(0), value: Buffer.from('"first"') }])
    await vi.waitFor(() => expect(taken).toEqual(['first']))
    stop.abort()
    finish()
    await Promise.all(members)
    expect(taken).toEqual(['first'])
  })

  test('appends what the stage made of a batch and moves on', async () => {
    const stage = start(async (batch) => copy(batch))
    await append(1, 2, 3)
    expect(await (await outputs()).next()).toEqual([1, 2, 3])
    await stage.end()
    expect(await log.lag('consent', [inbox])).toBe(0)
    expect(stage.seen).toEqual({ advanced: 3, retried: 0, missed: 0 })
  })

  test('tries a batch again when infrastructure fails, and appends its outputs once', async () => {
    let failures = 2
    const stage = start(async (batch) => {
      if (failures-- > 0) throw new Error('the ledger does not answer')
      return copy(batch)
    })
    await append('x')
    expect(await (await outputs()).next()).toEqual(['x'])
    await stage.end()
    expect(stage.seen.retried).toBe(2)
    expect(await log.lag('nobody', [outbox])).toBe(1)
  })

  test('ends when it is told to, though the stage fails for ever', async () => {
    let tried = () => {}
    const attempt = new Promise<void>((resolve) => {
      tried = resolve
    })
    const stage = start(async () => {
      tried()
      throw new Error('the ledger does not answer')
    })
    await append('x')
    await attempt
    await stage.end()
    expect(await log.lag('consent', [inbox])).toBe(1)
  })

  test('ends at once when it was told to before it began', async () => {
    const stop = new AbortController()
    stop.abort()
    const metrics = { advanced() {}, retried() {}, missed() {} }
    await run({ name: 'consent', process: async () => [] }, { log, logger: silent, signal: stop.signal, metrics })
  })

  test('tells the metrics what expired unread', async () => {
    await append(1, 2, 3)
    await log.trim(Date.now() + topics[inbox].retentionMs + 1)
    await append(4)
    const stage = start(async (batch) => copy(batch))
    expect(await (await outputs()).next()).toEqual([4])
    await stage.end()
    expect(stage.seen.missed).toBe(3)
  })

  test('forgets a batch that another member got, and goes on', async () => {
    let interrupted = false
    const stage = start(async (batch) => {
      if (interrupted) return copy(batch)
      interrupted = true
      const other = await log.join('consent', [inbox])
      const same = await other.next()
      expect(texts(same)).toEqual(texts(batch))
      if (same) await other.advance(same, [])
      await other.close()
      return copy(batch)
    })
    await append('theirs')
    await vi.waitFor(async () => expect(await log.lag('consent', [inbox])).toBe(0))
    await append('ours')
    expect(await (await outputs()).next()).toEqual(['ours'])
    await stage.end()
    expect(stage.seen).toEqual({ advanced: 1, retried: 0, missed: 0 })
  })

  test('fails when the log fails', async () => {
    await log.close()
    await expect(start(async () => []).running).rejects.toMatchObject({ code: 'LOG_CLOSED' })
  })
})

test('a record holds its value as JSON', () => {
  const value = { id: 'ä', nested: [1, null] } as never
  const { topic, key, value: bytes } = toNewRecords<'consent'>([{ topic: outbox, key: 'k', value }])[0] as NewRecord
  expect({ topic, key }).toEqual({ topic: outbox, key: 'k' })
  expect(fromRecord({ offset: 0, key, value: bytes, appendedAtMs: 0 })).toEqual(value)
})
