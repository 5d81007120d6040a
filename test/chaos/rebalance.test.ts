/** Members that come and go all the time: every batch may change hands in the middle, and nothing shows of it. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Batch, Member, NewRecord } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kafkaMissing, startKafka } from '../support/kafka.ts'
import { temporaryFolder, until } from '../support/product.ts'
import { missing } from '../support/real-parts.ts'
import { createGenerator, deliveries, type Entry, expectationOf, seeded } from './journal.ts'
import { findings } from './oracle.ts'
import { openPipeline, type Pipeline, silent } from './pipeline.ts'
import { send } from './sender.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

describe('members of the embedded log that come and go', () => {
  test('move every record on once', async () => {
    const random = seeded(9)
    const log = openEmbeddedLog({ path: join(folder.path, 'log.sqlite'), partitions: 4, logger: silent })
    const from = 'events.consented.v1'
    const into = 'events.enriched.v1'
    const work: Promise<void>[] = []
    const members: Member[] = []
    const enlist = async () => {
      const member = await log.join('storm', [from])
      members.push(member)
      work.push(copy(member, into))
    }
    const records = 2000
    const copied = () => log.lag('counter', [into])
    for (let n = 0; n < records; n += 20) {
      await log.append(Array.from({ length: 20 }, (_, i): NewRecord => ({ topic: from, key: `key-${n + i}`, value: Buffer.from(String(n + i)) })))
      if (random() < 0.5 || members.length === 0) await enlist()
      else await members.splice(Math.floor(random() * members.length), 1)[0]?.close()
    }
    if (members.length === 0) await enlist()
    await until(async () => (await log.lag('storm', [from])) === 0, 'all records are moved on')
    await Promise.all(members.map((member) => member.close()))
    await Promise.all(work)
    expect(await copied()).toBe(records)
    await log.close()
  })
})

/** Moves records on until the member leaves; now and then a batch takes so long that it is not its own any more. */
async function copy(member: Member, into: NewRecord['topic']): Promise<void> {
  for (let batch: Batch | undefined = await member.next(); batch; batch = await member.next()) {
    const outputs = batch.records.map(({ key, value }): NewRecord => ({ topic: into, key, value }))
    await delay(outputs.length % 5)
    await member.advance(batch, outputs).catch((error: { code?: unknown }) => {
      if (error.code !== 'STALE_BATCH') throw error
    })
  }
}

const reason = missing(kafkaMissing())

describe.skipIf(reason)(`stages on Kafka that come and go${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>
  beforeAll(async () => {
    kafka = await startKafka()
  }, 240_000)
  afterAll(() => kafka.stop())

  test('store every event once, and none stands still', { timeout: 600_000 }, async () => {
    const random = seeded(10)
    const generator = createGenerator(random)
    const entries: Entry[] = []
    const place = { directory: join(folder.path, 'kafka'), brokers: kafka.brokers }
    const pipeline = await openPipeline({ place })
    const url = await pipeline.http.listen({ host: '127.0.0.1', port: 0 })
    const guests: Pipeline[] = []
    for (let round = 0; round < 10; round++) {
      const batch = generator.batch(20)
      entries.push(...batch)
      await send(url, deliveries(batch, random))
      if (random() < 0.6 || guests.length === 0) guests.push(await openPipeline({ place, roles: ['transform'] }))
      else await guests.shift()?.close()
    }
    await Promise.all(guests.map((guest) => guest.close()))
    await pipeline.drained()
    expect(pipeline.warehouse && (await findings(pipeline.warehouse, expectationOf(entries)))).toEqual([])
    await pipeline.close()
  })
})
