/** Poison that only a broker makes: records so large that what is written about them may not be larger still. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { kafkaMissing, startKafka } from '../support/kafka.ts'
import { temporaryFolder, until } from '../support/product.ts'
import { missing } from '../support/real-parts.ts'
import { createGenerator, deliveries, type Entry, expectationOf, seeded } from './journal.ts'
import { findings } from './oracle.ts'
import { openPipeline } from './pipeline.ts'
import { send } from './sender.ts'

const reason = missing(kafkaMissing())
/** As large as the log takes them. */
const largest = Buffer.alloc(7_900_000, 'x')

test.skipIf(reason)(
  `the largest records end in the dead letters, and their neighbours are stored${reason ? ` (skipped: ${reason})` : ''}`,
  { timeout: 600_000 },
  async () => {
    const folder = await temporaryFolder()
    const kafka = await startKafka()
    const pipeline = await openPipeline({ place: { directory: join(folder.path, 'data'), brokers: kafka.brokers } })
    try {
      const random = seeded(13)
      const entries: Entry[] = createGenerator(random).batch(20)
      const topics = ['events.collected.v1', 'events.consented.v1', 'events.enriched.v1', 'fates.consent.v1'] as const
      // A key that is no id: none of these are in any books.
      await pipeline.log.append(topics.map((topic) => ({ topic, key: `large ${randomUUID()}`, value: largest })))
      await send(await pipeline.http.listen({ host: '127.0.0.1', port: 0 }), deliveries(entries, random))
      let drained = false
      void pipeline.drained().then(() => {
        drained = true
      })
      await until(() => drained, 'every stage is past the large records')
      expect(pipeline.warehouse && (await findings(pipeline.warehouse, expectationOf(entries)))).toEqual([])
    } finally {
      await pipeline.close()
      await kafka.stop()
      await folder.remove()
    }
  },
)
