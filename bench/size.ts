/** What an event takes: in the warehouse's tables with a data set in them, and in the log, which keeps it for days only. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { temporaryFolder } from '../test/support/product.ts'
import { datasetAt, withWarehouse } from './dataset.ts'
import type { BenchPart, BenchRow } from './result.ts'
import { observeServer } from './server.ts'
import { eventsBody } from './shop-traffic.ts'

const eventsPerRequest = 500
const requests = 60

export const run: BenchPart = async ({ data, events }) => {
  const rows: BenchRow[] = []
  for (const size of events) rows.push(...(await tablesOf(data, size)))
  return [...rows, ...(await logOf())]
}

async function tablesOf(data: string, size: number): Promise<BenchRow[]> {
  const { path, events } = await datasetAt(data, size)
  const tables = await withWarehouse(path, async ({ client }) => {
    const query = 'select table, sum(bytes_on_disk) as bytes from system.parts where active and database = currentDatabase() group by table order by bytes desc'
    return (await client.query({ query, format: 'JSONEachRow' })).json<{ table: string; bytes: number }>()
  })
  return tables.map(({ table, bytes }) => ({
    what: `${table}, ${size / 1e6} M events`,
    measured: Number((bytes / events).toPrecision(3)),
    unit: 'bytes/event',
  }))
}

async function logOf(): Promise<BenchRow[]> {
  const folder = await temporaryFolder()
  try {
    const server = await observeServer(folder.path)
    let sentBytes = 0
    for (let n = 0; n < requests; n++) {
      const body = eventsBody('size', { first: n * eventsPerRequest, count: eventsPerRequest })
      sentBytes += body.length
      while (!(await server.send(body))) await delay(200)
    }
    await server.idle()
    await server.stop()
    const events = requests * eventsPerRequest
    const perEvent = (bytes: number) => Math.round(bytes / events)
    return [
      { what: 'sent over HTTP', measured: perEvent(sentBytes), unit: 'bytes/event' },
      { what: 'log: all topics, from collected to enriched', measured: perEvent(statSync(join(folder.path, 'log.sqlite')).size), unit: 'bytes/event' },
      { what: 'ledger: decisions, vault', measured: perEvent(statSync(join(folder.path, 'ledger.sqlite')).size), unit: 'bytes/event' },
    ]
  } finally {
    await folder.remove()
  }
}
