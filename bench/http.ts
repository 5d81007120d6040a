/**
 * From a client's send to a number in a report, on the embedded profile: this process is the client, the server is another one, both on
 * the same cores. Two loads: as much as the server takes (how many events a second become queryable), and a steady rate (how fresh).
 */
import { cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { temporaryFolder } from '../test/support/product.ts'
import type { BenchPart, BenchRow } from './result.ts'
import { type ObservedServer, observeServer } from './server.ts'
import { eventsBody, markerBody } from './shop-traffic.ts'
import { quantile } from './statistics.ts'

const eventsPerRequest = 500
const connections = 4
const wantedPerSecond = 10_000
const pollMs = 50

export const run: BenchPart = async ({ seconds }) => {
  const folder = await temporaryFolder()
  const server = await observeServer(folder.path)
  try {
    await flood(server, { run: 'warm', events: 20_000 })
    const flooded = await flood(server, { run: 'flood', events: wantedPerSecond * seconds })
    const floodedMiB = server.memory().peakMiB
    const steady = await steadily(server, { run: 'steady', perSecond: wantedPerSecond, seconds })
    return [
      { what: 'as fast as it takes them: events/s until queryable', measured: flooded.perSecond, unit: 'events/s', target: { atLeast: wantedPerSecond } },
      { what: 'processor time of the server', measured: flooded.serverUs, unit: 'us/event' },
      { what: 'of that, in the thread that runs JavaScript', measured: flooded.mainUs, unit: 'us/event' },
      { what: 'processor time of the client', measured: flooded.clientUs, unit: 'us/event' },
      { what: 'cores that both together got', measured: flooded.cores, unit: 'cores' },
      {
        what: 'the same with the machine to themselves, by processor time',
        measured: flooded.alonePerSecond,
        unit: 'events/s',
        target: { atLeast: wantedPerSecond },
      },
      { what: 'peak memory of the server until then', measured: floodedMiB, unit: 'MiB', target: { atMost: 1536 } },
      ...steady,
      { what: 'peak memory of the server', measured: server.memory().peakMiB, unit: 'MiB', target: { atMost: 1536 } },
    ]
  } finally {
    await server.stop()
    await folder.remove()
  }
}

interface Load {
  readonly run: string
  readonly events: number
}

interface Flooded {
  readonly perSecond: number
  readonly serverUs: number
  readonly mainUs: number
  readonly clientUs: number
  readonly cores: number
  readonly alonePerSecond: number
}

/** Every connection sends its next batch once the last is accepted. */
async function flood(server: ObservedServer, { run, events }: Load): Promise<Flooded> {
  const bodies = bodiesOf(run, events)
  const before = await visibleEvents(server)
  const [startedMs, serverMs, mainMs, client] = [performance.now(), server.processorMs(), server.mainThreadMs(), process.cpuUsage()]
  let next = 0
  const connection = async () => {
    for (let body = bodies[next++]; body; body = bodies[next++]) await sendPatiently(server, body)
  }
  await Promise.all(Array.from({ length: connections }, connection))
  const acceptedMs = performance.now() - startedMs
  while ((await visibleEvents(server)) < before + events) await delay(pollMs)
  const queryableMs = performance.now() - startedMs
  for (const { stage, records, batches, seconds } of await server.stages()) {
    console.log(`  ${stage}: ${batches} batches of ${Math.round(records / batches)} records, ${Math.round((seconds * 1000) / batches)} ms each`)
  }
  console.log(`  ${run}: ${events} events accepted in ${(acceptedMs / 1000).toFixed(1)} s, queryable after ${(queryableMs / 1000).toFixed(1)} s`)
  const serverUs = ((server.processorMs() - serverMs) * 1000) / events
  const mainUs = ((server.mainThreadMs() - mainMs) * 1000) / events
  const { user, system } = process.cpuUsage(client)
  const clientUs = (user + system) / events
  return {
    perSecond: Math.round((events / queryableMs) * 1000),
    serverUs: Math.round(serverUs),
    clientUs: Math.round(clientUs),
    cores: Number((((serverUs + clientUs) * events) / 1000 / queryableMs).toFixed(2)),
    mainUs: Math.round(mainUs),
    // One thread runs JavaScript: it is full before all cores are.
    alonePerSecond: Math.round(1e6 / Math.max(mainUs, (serverUs + clientUs) / cpus().length)),
  }
}

/** A fixed rate whatever the server does, with a marked order twice a second whose arrival in a report is awaited. */
async function steadily(server: ObservedServer, { run, perSecond, seconds }: { run: string; perSecond: number; seconds: number }): Promise<BenchRow[]> {
  const bodies = bodiesOf(run, perSecond * seconds)
  const requestMs = (1000 * eventsPerRequest) / perSecond
  const markers = watchMarkers(server, run)
  const startedMs = performance.now()
  const sending: Promise<void>[] = []
  let late = 0
  for (const [n, body] of bodies.entries()) {
    const waitMs = startedMs + n * requestMs - performance.now()
    if (waitMs > 0) await delay(waitMs)
    else late = Math.max(late, -waitMs)
    sending.push(sendPatiently(server, body))
    if ((n * requestMs) % 500 < requestMs) sending.push(markers.send())
  }
  await Promise.all(sending)
  const sentPerSecond = (bodies.length * eventsPerRequest * 1000) / (performance.now() - startedMs)
  const freshnessMs = await markers.seen()
  const row = (what: string, q: number, target?: BenchRow['target']): BenchRow => ({
    what: `${what} freshness at that rate`,
    measured: Math.round(quantile(freshnessMs, q)),
    unit: 'ms',
    ...(target && { target }),
  })
  return [
    { what: 'steady rate, accepted', measured: Math.round(sentPerSecond), unit: 'events/s', target: { atLeast: perSecond * 0.98 } },
    row('p50', 0.5),
    row('p99', 0.99, { atMost: 5000 }),
    { what: 'sender behind its own clock at most', measured: Math.round(late), unit: 'ms' },
  ]
}

function watchMarkers(server: ObservedServer, run: string) {
  const sentMs = new Map<string, number>()
  const freshnessMs: number[] = []
  let sent = 0
  let sending = true
  const watch = async () => {
    while (sending || sentMs.size > 0) {
      const rows = await server.query({ ...today(), metrics: ['units'], by: ['product'], filters: [{ dimension: 'product', in: [...sentMs.keys(), 'none'] }] })
      for (const { product } of rows) {
        const atMs = sentMs.get(String(product))
        if (atMs !== undefined) freshnessMs.push(performance.now() - atMs)
        sentMs.delete(String(product))
      }
      await delay(pollMs)
    }
  }
  const watching = watch()
  return {
    async send() {
      const number = Number(`${runNumber(run)}${String(sent++).padStart(5, '0')}`)
      sentMs.set(`marker-${number}`, performance.now())
      await sendPatiently(server, markerBody(run, { number }))
    },
    async seen(): Promise<number[]> {
      sending = false
      await watching
      return freshnessMs
    },
  }
}

const runNumber = (run: string) => run.length

const bodiesOf = (run: string, events: number): Buffer[] =>
  Array.from({ length: Math.ceil(events / eventsPerRequest) }, (_, n) => eventsBody(run, { first: n * eventsPerRequest, count: eventsPerRequest }))

async function sendPatiently(server: ObservedServer, body: Buffer): Promise<void> {
  while (!(await server.send(body))) await delay(200)
}

async function visibleEvents(server: ObservedServer): Promise<number> {
  const [row] = await server.query({ ...today(), metrics: ['events'] })
  return Number(row?.['events'] ?? 0)
}

/** With its neighbours: the server's day is that of the merchant's time zone. */
function today() {
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  return { from: at(-1), to: at(1) }
}
