/** The scaled profile as a whole: real Kafka, ClickHouse and PostgreSQL, stages in processes of their own, and what goes wrong with them. */
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectedNumbers, importOnlineRetail, onlineRetailMissing, onlineRetailNumbers } from '../support/online-retail.ts'
import { askKanalblick, type Server, spawnKanalblick, startKanalblick, temporaryFolder, until } from '../support/product.ts'
import { missing } from '../support/real-parts.ts'
import { type ScaledStores, scaledMissing, startScaledStores } from '../support/scaled.ts'

const reason = missing(onlineRetailMissing, scaledMissing())
const invoices = expectedNumbers.invoices

describe.skipIf(reason)(`a year of real orders, scaled out${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stores: ScaledStores
  let client: ClickHouseClient
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let env: ScaledStores['env']
  let data: string[]
  const supervisors: Supervisor[] = []

  beforeAll(async () => {
    folder = await temporaryFolder()
    data = ['--data', folder.path]
    stores = await startScaledStores('scaled_test')
    env = stores.env
    const { url, username, password } = stores.clickhouse
    client = createClient({ url, username, password, database: stores.database })
    for (const stage of ['consent', 'consent', 'transform', 'transform', 'warehouse']) supervisors.push(await supervise(stage, data, env))
  }, 240_000)
  afterAll(async () => {
    await client.close()
    await Promise.all(supervisors.map((supervisor) => supervisor.stop()))
    await stores.stop()
    await folder.remove()
  }, 120_000)

  const storedEvents = async () => {
    try {
      const rows = await (await client.query({ query: 'select uniqExact(event_id) as n from events', format: 'JSONEachRow' })).json<{ n: string }>()
      return Number(rows[0]?.n)
    } catch {
      return 0 // the server is being restarted
    }
  }
  const kill = (stage: string) => supervisors.find((supervisor) => supervisor.stage === stage)?.kill()

  test('comes to the same numbers while a process of each kind is killed and broker and ClickHouse server are restarted', { timeout: 900_000 }, async () => {
    const importing = () => spawnKanalblick([...importOnlineRetail, ...data], { env })
    let running = importing()
    const mishaps: (() => Promise<unknown> | undefined)[] = [
      async () => {
        await running.kill()
        running = importing()
      },
      () => kill('consent'),
      () => kill('transform'),
      () => kill('warehouse'),
      () => stores.kafka.restart(),
      () => stores.clickhouse.restart(),
    ]
    for (const [index, mishap] of mishaps.entries()) {
      const share = (index + 1) / (mishaps.length + 2)
      await until(async () => (await storedEvents()) >= share * invoices, `${Math.round(share * 100)} % of the events are stored`, 240_000)
      await mishap()
    }
    const { code, stderr } = await running.finished
    if (code !== 0)
      await askKanalblick([...importOnlineRetail, ...data], { env }).catch((error: unknown) => Promise.reject(new Error(`${stderr}\n${String(error)}`)))
    await until(async () => (await storedEvents()) === invoices, 'all events are stored', 240_000)
    const audit = await askKanalblick<{ clean: boolean; findings: unknown[] }>(['audit', ...data], { env })
    expect(audit.findings).toEqual([])
    expect(audit.clean).toBe(true)
    expect(await onlineRetailNumbers(data, { env })).toEqual(expectedNumbers)
  })
})

interface Supervisor {
  readonly stage: string
  /** Signal 9; the process is started again, as a supervisor does. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Keeps one stage running: starts it again whenever it ends. */
async function supervise(stage: string, data: readonly string[], env: ScaledStores['env']): Promise<Supervisor> {
  let stopping = false
  let server: Server
  const start = async (): Promise<void> => {
    server = await startKanalblick(['--stages', stage, ...data], { env })
    void server.finished.then(async () => {
      while (!stopping) {
        try {
          return await start()
        } catch {
          // Its stores are not back yet: try again, as a supervisor does.
        }
      }
    })
  }
  await start()
  return {
    stage,
    async kill() {
      await server.kill()
    },
    async stop() {
      stopping = true
      await server.stop()
    },
  }
}
