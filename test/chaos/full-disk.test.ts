/** The disk of one store is full: nothing is half there, and all goes on by itself once there is space. As a whole server: `e2e/operation`. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder, until } from '../support/product.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { createGenerator, deliveries, type Entry, expectationOf, seeded } from './journal.ts'
import { findings } from './oracle.ts'
import { openPipeline } from './pipeline.ts'
import { nothingSent, send } from './sender.ts'

const diskMegabytes = 96
const healedWithinMs = 60_000

describe('the full disk', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder.remove())

  test.for(['log', 'ledger', 'warehouse'] as const)(
    'of the %s costs no event and is forgotten once there is space',
    { timeout: 600_000 },
    async (store, ...rest) => {
      const [context] = rest as unknown as [{ skip(reason: string): void }]
      const path = join(folder.path, `disk of the ${store}`)
      const disk = await mountSmallDisk(path, diskMegabytes)
      if (typeof disk === 'string') return context.skip(disk)
      const random = seeded(11)
      const generator = createGenerator(random)
      const entries: Entry[] = []
      const sent = nothingSent()
      let retried = 0
      const pipeline = await openPipeline({
        place: { directory: join(folder.path, store), folders: { [store]: path } },
        retried: () => void retried++,
      })
      try {
        const url = await pipeline.http.listen({ host: '127.0.0.1', port: 0 })
        const sendSome = async (orders: number) => {
          const batch = generator.batch(orders)
          entries.push(...batch)
          await send(url, deliveries(batch, random), { sent })
        }
        await sendSome(20)
        await pipeline.drained()
        disk.fill()
        // Collectors need the log alone: what the other stores cannot take waits there.
        const refused = () => (store === 'log' ? (sent.refusals.get(503) ?? 0) > 0 : retried > 0)
        let stillFull = true
        const sending = (async () => {
          while (stillFull) await sendSome(100)
        })()
        await until(refused, 'the full disk is noticed')
        await disk.free()
        stillFull = false
        await sending
        expect(store === 'log' || sent.refusals.size === 0).toBe(true)
        expect(sent.unguided).toBe(0)
        let healed = false
        void pipeline.drained().then(() => {
          healed = true
        })
        await until(() => healed, 'all that waited is stored', healedWithinMs)
        expect(pipeline.warehouse && (await findings(pipeline.warehouse, expectationOf(entries)))).toEqual([])
      } finally {
        await pipeline.close()
        disk.remove()
      }
    },
  )
})
