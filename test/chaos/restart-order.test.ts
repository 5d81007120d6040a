/** Everything is off, as after a power cut of the whole site, and comes back in any order. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startClickHouse } from '../support/clickhouse.ts'
import { kafkaMissing, startKafka } from '../support/kafka.ts'
import { postgresMissing, startPostgres } from '../support/postgres.ts'
import { runKanalblick, temporaryFolder, until } from '../support/product.ts'
import { missing } from '../support/real-parts.ts'
import { createGenerator, deliveries, type Entry, expectationOf, seeded } from './journal.ts'
import { findings } from './oracle.ts'
import { chaosRoles, openPipeline } from './pipeline.ts'
import { type Actor, act } from './random-kills.ts'
import { send } from './sender.ts'
import { placeOf } from './stages.ts'
import { freePort } from './victim.ts'

const notOurs = process.env['KAFKA_BROKERS'] || process.env['CLICKHOUSE_URL'] || process.env['DATABASE_URL']
const reason = notOurs ? 'the servers are not ours to stop' : missing(kafkaMissing(), postgresMissing())

describe.skipIf(reason)(`after everything was off${reason ? ` (skipped: ${reason})` : ''}`, () => {
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

  const powerCut = () => Promise.all([servers.kafka.kill(), servers.clickhouse.kill(), servers.postgres.kill()])
  const start = {
    kafka: () => servers.kafka.start(),
    clickhouse: () => servers.clickhouse.restart(),
    postgres: () => servers.postgres.restart(),
  }
  const random = seeded(12)
  const generator = createGenerator(random)
  const entries: Entry[] = []

  test('all comes up and nothing is missing, processes first and the log last', { timeout: 600_000 }, async () => {
    const place = placeOf(folder.path, servers)
    const started = await startStages(place)
    const batch = generator.batch(60)
    entries.push(...batch)
    await send(await started.url(), deliveries(batch, random))
    // Most of it is still under way.
    await powerCut()
    await started.stop()

    const again = await startStages(place)
    await start.postgres()
    await start.clickhouse()
    await start.kafka()
    const next = generator.batch(30)
    entries.push(...next)
    await send(await again.url(), deliveries(next, random))
    const onlooker = await openPipeline({ place, roles: ['audit'] })
    await onlooker.drained()
    expect(onlooker.warehouse && (await findings(onlooker.warehouse, expectationOf(entries)))).toEqual([])
    await onlooker.close()
    await again.stop()
  })

  test('a process without its stores ends and says which one does not answer', { timeout: 600_000 }, async () => {
    await powerCut()
    const host = (url: string) => new URL(url).host
    const { kafka, postgres, clickhouse } = servers
    const env = {
      KANALBLICK_PROFILE: 'scaled',
      KANALBLICK_LOG_LEVEL: 'error',
      KANALBLICK_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      KANALBLICK_KAFKA_BROKERS: kafka.brokers,
      KANALBLICK_CLICKHOUSE_URL: clickhouse.url,
      KANALBLICK_CLICKHOUSE_USERNAME: clickhouse.username,
      KANALBLICK_CLICKHOUSE_PASSWORD: clickhouse.password,
      KANALBLICK_POSTGRES_URL: postgres.url,
    }
    const ends = async (stages: string, place: string) => {
      const { code, stderr } = await runKanalblick(['start', '--stages', stages, '--port', '0', '--data', join(folder.path, stages)], { env })
      expect([stages, code]).toEqual([stages, 1])
      expect(stderr).toContain(place)
      expect(stderr).not.toMatch(/^\s+at /m)
    }
    await Promise.all([ends('consent', host(postgres.url)), ends('transform', kafka.brokers)])
    await start.kafka()
    await ends('warehouse', host(clickhouse.url))
  })
})

async function startServers() {
  const [kafka, clickhouse, postgres] = await Promise.all([startKafka(), startClickHouse(), startPostgres()])
  return { kafka, clickhouse, postgres }
}

/** A process per stage, started again and again until its stores are there. The last of the flow begins. */
async function startStages(place: ReturnType<typeof placeOf>) {
  const actors: Actor[] = []
  for (const role of chaosRoles.toReversed()) actors.push(act(role, { place, roles: [role], port: await freePort() }, { readyMs: [], storedMs: [] }))
  const ingest = actors.find(({ name }) => name === 'ingest')
  return {
    async url() {
      const victim = await ingest?.ready()
      await until(() => victim?.alive ?? false, 'the collectors are there')
      return victim?.url ?? ''
    },
    stop: () => Promise.all(actors.map((actor) => actor.stop())),
  }
}
