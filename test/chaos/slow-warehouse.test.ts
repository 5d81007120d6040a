/** A warehouse server behind a bad network: collectors go on, the log keeps what waits, and afterwards nothing is missing or doubled. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts'
import { temporaryFolder, until } from '../support/product.ts'
import { startTcpProxy, type TcpProxy, type Weather } from '../support/tcp-proxy.ts'
import { createGenerator, deliveries, type Entry, expectationOf, seeded } from './journal.ts'
import { findings } from './oracle.ts'
import { openPipeline, type Pipeline } from './pipeline.ts'
import { send } from './sender.ts'

const weathers: readonly Weather[] = ['slow', 'cutting', 'hanging', 'refusing']
const waitingBytes = 400_000_000

describe('a warehouse behind a bad network', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let server: ClickHouseServer
  let proxy: TcpProxy
  let pipeline: Pipeline
  let url: string
  let retried = 0
  const random = seeded(7)
  const generator = createGenerator(random)
  const entries: Entry[] = []

  beforeAll(async () => {
    folder = await temporaryFolder()
    server = await startClickHouse()
    proxy = await startTcpProxy(Number(new URL(server.url).port))
    const { username, password, database } = server
    pipeline = await openPipeline({
      place: { directory: join(folder.path, 'data'), clickhouse: { url: `http://127.0.0.1:${proxy.port}`, username, password, database } },
      retried: () => void retried++,
    })
    url = await pipeline.http.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    proxy.become('passing')
    await pipeline.close()
    await proxy.close()
    await server.stop()
    await folder.remove()
  })

  const sendSome = async (orders: number) => {
    const batch = generator.batch(orders)
    entries.push(...batch)
    return send(url, deliveries(batch, random))
  }

  test.each(weathers)('that is %s costs no event', { timeout: 600_000 }, async (weather) => {
    const retriedBefore = retried
    await sendSome(20)
    proxy.become(weather)
    const { refusals } = await sendSome(50)
    expect([...refusals]).toEqual([])
    if (weather === 'cutting' || weather === 'refusing') await until(() => retried > retriedBefore, 'the sink met the trouble')
    proxy.become('passing')
    await pipeline.drained()
    expect(pipeline.warehouse && (await findings(pipeline.warehouse, expectationOf(entries)))).toEqual([])
  })

  test('that is away for long fills the log and not the memory', { timeout: 600_000 }, async () => {
    proxy.become('refusing')
    const before = process.memoryUsage().rss
    for (let batch = 0; batch < 12; batch++) await sendSome(200)
    expect(process.memoryUsage().rss - before).toBeLessThan(waitingBytes)
    proxy.become('passing')
    await pipeline.drained()
    expect(pipeline.warehouse && (await findings(pipeline.warehouse, expectationOf(entries)))).toEqual([])
  })
})
