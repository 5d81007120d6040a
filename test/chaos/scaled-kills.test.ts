/** Signal 9 at any moment for each process of the scaled profile, its broker and its warehouse server. The long run: `bench/chaos`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startClickHouse } from '../support/clickhouse.ts'
import { kafkaMissing, startKafka } from '../support/kafka.ts'
import { postgresMissing, startPostgres } from '../support/postgres.ts'
import { temporaryFolder } from '../support/product.ts'
import { missing } from '../support/real-parts.ts'
import { seeded } from './journal.ts'
import { killAtRandom } from './random-kills.ts'
import { scaledScene } from './stages.ts'

const ownServers = !['KAFKA_BROKERS', 'CLICKHOUSE_URL', 'DATABASE_URL'].some((name) => process.env[name])
const reason = missing(kafkaMissing(), postgresMissing())

describe.skipIf(reason)(`processes and servers killed at random moments, scaled out${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let servers: Awaited<ReturnType<typeof startServers>>
  beforeAll(async () => {
    folder = await temporaryFolder()
    servers = await startServers()
  }, 240_000)
  afterAll(async () => {
    await Promise.all([servers.kafka.stop(), servers.clickhouse.stop(), servers.postgres.stop()])
    await folder.remove()
  }, 60_000)

  test('lose and double nothing that a repeating client sends', { timeout: 600_000 }, async () => {
    const scene = await scaledScene(folder.path, { random: seeded(4), servers, withServers: ownServers })
    const toll = await killAtRandom(scene, { kills: 12, askedEvery: 12 })
    await scene.close()
    expect(toll.findings).toEqual([])
    expect(Object.values(toll.kills).reduce((sum, kills) => sum + kills, 0)).toBe(12)
  })
})

async function startServers() {
  const [kafka, clickhouse, postgres] = await Promise.all([startKafka(), startClickHouse(), startPostgres()])
  return { kafka, clickhouse, postgres }
}
