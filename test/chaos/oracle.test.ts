/** The oracle itself: it is silent about a sound pipeline and finds every fault that is built in. Without this no chaos test means anything. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/product.ts'
import type { BuildName } from './builds.ts'
import { createGenerator, deliveries, expectationOf, seeded } from './journal.ts'
import { findings } from './oracle.ts'
import { openPipeline, type Pipeline } from './pipeline.ts'
import { send } from './sender.ts'

describe('the oracle', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder.remove())

  /** A year of a small shop through a pipeline, repeated and shuffled; `spoil` does to the stores what no pipeline may do. */
  async function judged(build: BuildName, spoil: (pipeline: Pipeline) => Promise<unknown> = async () => undefined): Promise<string> {
    const random = seeded(5)
    const generator = createGenerator(random)
    const entries = [...generator.batch(60), ...generator.rest()]
    const pipeline = await openPipeline({ place: { directory: join(folder.path, `${build} ${spoil.name}`) }, build })
    try {
      await send(await pipeline.http.listen({ host: '127.0.0.1', port: 0 }), deliveries(entries, random))
      await pipeline.drained()
      await spoil(pipeline)
      return pipeline.warehouse ? (await findings(pipeline.warehouse, expectationOf(entries))).join('\n') : 'no warehouse'
    } finally {
      await pipeline.close()
    }
  }
  const command = (query: string) => (pipeline: Pipeline) => pipeline.warehouse?.client.command({ query }) ?? Promise.resolve()

  test('has nothing to say about a sound pipeline', async () => {
    expect(await judged('sound')).toBe('')
  })
  test('misses events that were lost before the log, which no audit can see', async () => {
    const found = await judged('loses before the log')
    expect(found).toMatch(/audit accepted: expected \d+, found \d+/)
    expect(found).not.toMatch(/"check":"lost"/)
  })
  test('misses events that were lost between two stages', async () => {
    expect(await judged('loses between the stages')).toMatch(/"check":"lost"/)
  })
  test('sees that repeated events were counted again', async () => {
    expect(await judged('takes a repeated event for another')).toMatch(/event \S+ \S+ order_placed \d+: expected 1, found 2/)
  })
  test('sees a row that was removed behind the pipeline', async () => {
    const remove = command("delete from events where type = 'refund_issued'")
    expect(
      await judged('sound', async function removal(pipeline) {
        await remove(pipeline)
      }),
    ).toMatch(/refund_issued \d+: expected 1, found 0/)
  })
  test('sees an amount that was changed behind the pipeline', async () => {
    const raise = command(
      "insert into events select * replace (amount_minor + 1 as amount_minor, version + 9 as version) from events final where type = 'order_cancelled'",
    )
    expect(
      await judged('sound', async function raised(pipeline) {
        await raise(pipeline)
      }),
    ).toMatch(/order_cancelled \d+: expected 0, found 1/)
  })
  test('sees a rollup that does not add up', async () => {
    const empty = command('truncate table rollup_channel_day')
    expect(
      await judged('sound', async function emptied(pipeline) {
        await empty(pipeline)
      }),
    ).toMatch(/rollup \S+ shop revenue_gross_minor: expected \d+, found 0/)
  })
})
