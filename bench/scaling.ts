/**
 * What a second consent process brings, on Kafka and PostgreSQL. A backlog is made first; then one process works it off, then two.
 * Broker, database and processes share this machine's cores, so on two cores the second process can bring little.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { type Log, topicsReadBy } from '@kanalblick/stream'
import { openKafkaLog } from '@kanalblick/stream/kafka'
import { startClickHouse } from '../test/support/clickhouse.ts'
import { kafkaMissing, startKafka } from '../test/support/kafka.ts'
import { postgresMissing, startPostgres } from '../test/support/postgres.ts'
import { askKanalblick, type Server, startKanalblick, temporaryFolder } from '../test/support/product.ts'
import { silent } from './dataset.ts'
import type { BenchPart } from './result.ts'
import { eventsBody } from './shop-traffic.ts'

const eventsPerRequest = 500
const eventsPerSecond = 5000
/** Measured once this share is done: by then every process has its partitions. */
const warmShare = 0.2

export const run: BenchPart = async ({ seconds }) => {
  const backlog = eventsPerSecond * seconds
  const missing = kafkaMissing() ?? postgresMissing()
  if (missing) throw new Error(missing)
  const folder = await temporaryFolder()
  const [kafka, postgres, clickhouse] = await Promise.all([startKafka(), startPostgres(), startClickHouse()])
  const env = {
    KANALBLICK_PROFILE: 'scaled',
    KANALBLICK_LOG_LEVEL: 'error',
    KANALBLICK_MASTER_KEY: randomBytes(32).toString('base64'),
    KANALBLICK_KAFKA_BROKERS: kafka.brokers,
    KANALBLICK_CLICKHOUSE_URL: clickhouse.url,
    KANALBLICK_CLICKHOUSE_USERNAME: clickhouse.username,
    KANALBLICK_CLICKHOUSE_PASSWORD: clickhouse.password,
    KANALBLICK_POSTGRES_URL: postgres.url,
  }
  const at = ['--data', folder.path]
  const log = await openKafkaLog({
    brokers: kafka.brokers.split(','),
    clientId: 'bench',
    partitions: 6,
    logger: silent,
    onFatal: (error) => console.error(error),
  })
  try {
    await makeBacklog({ at, env, backlog })
    const one = await workOff(log, { at, env, backlog, processes: 1 })
    await makeBacklog({ at, env, backlog })
    const two = await workOff(log, { at, env, backlog, processes: 2 })
    return [
      { what: 'one consent process', measured: one, unit: 'events/s' },
      { what: 'two consent processes', measured: two, unit: 'events/s' },
      { what: `two beside one, on ${cpus().length} cores with broker and database`, measured: Number((two / one).toFixed(2)), unit: 'x' },
    ]
  } finally {
    await log.close()
    await Promise.all([kafka.stop(), postgres.stop(), clickhouse.stop()])
    await folder.remove()
  }
}

interface Place {
  readonly at: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Events. */
  readonly backlog: number
}

async function makeBacklog({ at, env, backlog }: Place): Promise<void> {
  const { key } = await askKanalblick<{ key: string }>(
    ['keys', 'create', '--kind', 'write', '--channel', 'shop', '--instance', `shop:${randomUUID().slice(0, 8)}`, ...at],
    {
      env,
    },
  )
  const ingest = await startKanalblick(['--stages', 'ingest', ...at], { env })
  const name = randomUUID()
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents-batch+json' }
  for (let first = 0; first < backlog; first += eventsPerRequest) {
    const answer = await fetch(`${ingest.url}/v1/events`, { method: 'POST', headers, body: eventsBody(name, { first, count: eventsPerRequest }).toString() })
    if (answer.status !== 202) throw new Error(`A batch was answered ${answer.status}: ${await answer.text()}`)
  }
  await ingest.stop()
}

/** Events per second while a backlog becomes less, from where all processes are at work to its end. */
async function workOff(log: Log, { at, env, backlog, processes }: Place & { readonly processes: number }): Promise<number> {
  const lag = () => log.lag('consent', topicsReadBy('consent'))
  const full = await lag()
  const servers: Server[] = await Promise.all(Array.from({ length: processes }, () => startKanalblick(['--stages', 'consent', ...at], { env })))
  try {
    let left = full
    while (left > full * (1 - warmShare)) left = await afterPause(lag)
    const [startMs, start] = [performance.now(), left]
    while (left > full * 0.05) left = await afterPause(lag)
    // The log counts records, which hold several events each.
    return Math.round((((start - left) / full) * backlog * 1000) / (performance.now() - startMs))
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function afterPause(lag: () => Promise<number>): Promise<number> {
  await delay(100)
  return lag()
}
