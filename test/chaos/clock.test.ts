/** A clock that jumps, and days that are not twenty-four hours long. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/product.ts'
import { createGenerator, deliveries, type Entry, expectationOf, seeded } from './journal.ts'
import { findings } from './oracle.ts'
import { openPipeline, type Pipeline } from './pipeline.ts'
import { send } from './sender.ts'

const hourMs = 3_600_000

/** What, when, and the day it counts for in Berlin. */
const remarkable = [
  ['the hour that spring takes', '2026-03-29T00:59:59Z', '2026-03-29'],
  ['the last minute of the day that spring shortens', '2026-03-29T21:59:59Z', '2026-03-29'],
  ['the first minute after it', '2026-03-29T22:00:00Z', '2026-03-30'],
  ['the first minute of the day that autumn lengthens', '2026-10-24T22:00:00Z', '2026-10-25'],
  ['the hour that autumn repeats, the first time', '2026-10-25T00:30:00Z', '2026-10-25'],
  ['the hour that autumn repeats, the second time', '2026-10-25T01:30:00Z', '2026-10-25'],
  ['the last minute of the day that autumn lengthens', '2026-10-25T22:59:59Z', '2026-10-25'],
  ['the first minute after that', '2026-10-25T23:00:00Z', '2026-10-26'],
  ['the leap day', '2024-02-28T23:00:00Z', '2024-02-29'],
  ['the end of the leap day, told in another zone', '2024-02-29T17:59:59-05:00', '2024-02-29'],
  ['the day after the leap day', '2024-02-29T23:00:00Z', '2024-03-01'],
  ['the new year', '2025-12-31T23:00:00Z', '2026-01-01'],
] as const

function orderAt(name: string, time: string, day: string, amountMinor: number): Entry {
  const data = { order_id: name, currency: 'EUR', total_net_minor: amountMinor, items: [] }
  const message = { specversion: '1.0', id: name, source: 'chaos', type: 'order_placed', time, data }
  return { channel: 'shop', subject: name, version: 1, fate: 'stored', storedAs: 'order_placed', amountMinor, day, message }
}

describe('a machine whose clock jumps', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let pipeline: Pipeline
  let url: string
  let clockMs = Date.parse('2027-01-31T10:59:30Z')
  const random = seeded(8)
  const generator = createGenerator(random)
  const entries: Entry[] = []
  beforeAll(async () => {
    folder = await temporaryFolder()
    pipeline = await openPipeline({ place: { directory: join(folder.path, 'data') }, now: () => new Date(clockMs) })
    url = await pipeline.http.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await pipeline.close()
    await folder.remove()
  })
  const sendAll = async (batch: readonly Entry[]) => {
    entries.push(...batch)
    await send(url, deliveries(batch, random))
  }
  const differences = async () => {
    await pipeline.drained()
    return pipeline.warehouse && (await findings(pipeline.warehouse, expectationOf(entries)))
  }

  test.each([
    ['an hour ahead', hourMs],
    ['an hour back', -hourMs],
    ['an hour back once more, to before the first event', -hourMs],
    ['a second back', -1000],
    ['into the next month', 15 * hourMs],
  ])('%s loses and doubles nothing, even of what is under way', async (_, jumpMs) => {
    await sendAll(generator.batch(30))
    clockMs += jumpMs
    await sendAll(generator.batch(30))
    expect(await differences()).toEqual([])
  })

  test('counts every event for its own day, however long that is', async () => {
    await sendAll(remarkable.map(([name, time, day], n) => orderAt(name, time, day, 7_000_000 + n)))
    expect(await differences()).toEqual([])
  })

  test('set back an hour does not make a withdrawal older than the consent that it withdraws', async () => {
    const visit = (id: string, fate: Entry['fate'], data: Record<string, unknown>): Entry => {
      const person = { identifiers: [{ kind: 'email', value: 'someone@example.com' }] }
      const time = '2026-03-03T10:00:00Z'
      const message = { specversion: '1.0', id, source: 'chaos', type: 'page_viewed', time, data: { url_path: '/shoes', ...person, ...data } }
      return { channel: 'shop', subject: id, version: 1, fate, storedAs: 'page_viewed', amountMinor: 0, day: '2026-03-03', message }
    }
    const choice = (web_analytics: boolean) => ({ consent: { purposes: { web_analytics } } })
    await sendAll([visit('consents', 'stored', choice(true))])
    await pipeline.drained()
    clockMs -= hourMs
    await sendAll([visit('withdraws', 'no_consent', choice(false))])
    await pipeline.drained()
    await sendAll([visit('says nothing', 'no_consent', {})])
    expect(await differences()).toEqual([])
  })
})
