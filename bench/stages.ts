/** What the stages cost on one core, as a share of the floor that no pipeline in this language goes below. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  connectLedger,
  consentConfig,
  createConsentStage,
  createLedger,
  createRequestRegister,
  createSubjectIndex,
  createVault,
  masterKeyOf,
  migrateLedger,
  openKeyring,
} from '@kanalblick/consent'
import { createCollect, createCollector } from '@kanalblick/ingest'
import {
  type Append,
  type Batch,
  type Log,
  type Logger,
  type LogRecord,
  type NewRecord,
  type Outcome,
  type StageName,
  type TopicName,
  toPackedRecords,
} from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { createTransformStage, noRates, transformConfig } from '@kanalblick/transform'
import type { BenchPart } from './result.ts'
import { sampleEvents } from './sample-events.ts'
import { median } from './statistics.ts'

export const run: BenchPart = async () => {
  const { rows } = await measureStages()
  return rows.flatMap(({ what, eventsPerSecond, shareOfFloor }) => [
    { what, measured: eventsPerSecond, unit: 'events/s of one core' },
    { what: `${what}, share of the floor`, measured: shareOfFloor, unit: 'x', ...(what === 'consent + transform' && { target: { atLeast: 0.5 } }) },
  ])
}

interface StageFigures {
  readonly events: number
  readonly bytesPerEvent: number
  readonly rounds: number
  readonly rows: readonly { readonly what: string; readonly eventsPerSecond: number; readonly shareOfFloor: number }[]
}

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const now = () => new Date()
const parts = ['floor', 'collect', 'consent', 'transform', 'append'] as const
type Part = (typeof parts)[number]

/** Every round measures all parts one after the other, and compares them with each other: how fast the machine is changes from second to second. */
async function measureStages({ events: count = 20_000, rounds = 25 } = {}): Promise<StageFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'kanalblick-bench-'))
  const db = await connectLedger({ path: join(folder, 'ledger.sqlite') })
  await migrateLedger(db)
  const keyring = openKeyring({ directory: folder, masterKey: masterKeyOf(randomBytes(32)), now })
  const log = openEmbeddedLog({ path: join(folder, 'log.sqlite'), logger: silent })
  const ledger = createLedger(db, { now, newId: randomUUID })
  let kept = 0
  const stage = {
    now,
    count: (of: string, { kind }: Outcome<unknown>, events: number) => void (kept += of === 'transform' && kind === 'keep' ? events : 0),
    logger: silent,
  }
  const consent = createConsentStage({
    ...stage,
    ledger,
    index: createSubjectIndex(db),
    register: createRequestRegister(db, { now }),
    vault: createVault(db, { now }),
    keyring,
    config: consentConfig.parse({}),
  })
  const transform = createTransformStage({ ...stage, config: transformConfig.parse({}), rates: () => noRates })
  const collected: NewRecord[] = []
  const collect = createCollect({ ...keyring, partitions: log.partitions('events.collected.v1') })
  const collector = createCollector({ collect, append: async (records) => void collected.push(...records), now, logger: silent })

  const sources = sampleEvents(count)
  const requests = Array.from({ length: count / requestEvents }, (_, n) => sources.slice(n * requestEvents, (n + 1) * requestEvents))
  const texts = sources.map((event) => JSON.stringify(event))
  const measured: Record<Part, number>[] = []
  for (let round = 0; round < rounds; round++) {
    const seconds = { floor: timed(() => floor(texts)) } as Record<Part, number>
    collected.length = 0
    seconds.collect = await timedWork(async () => {
      for (const some of requests) await collector.accept(some, { channel: 'shop', channelInstance: 'shop:bench', collector: 'cloudevents' })
    })
    kept = 0
    const { consented, ...spent } = await throughBoth(consent, transform, { batches: batchesOf('events.collected.v1', collected), partitions: log.partitions })
    if (kept !== count) throw new Error(`Only ${kept} of ${count} events were kept: the figures would flatter.`)
    seconds.append = await timedWork(() => log.append(consented))
    measured.push({ ...seconds, ...spent })
  }
  await log.close()
  await db.destroy()
  rmSync(folder, { recursive: true })

  const row = (what: string, secondsOf: (seconds: Record<Part, number>) => number) => ({
    what,
    eventsPerSecond: Math.round(count / median(measured.map(secondsOf))),
    shareOfFloor: Number(median(measured.map((seconds) => seconds.floor / secondsOf(seconds))).toFixed(2)),
  })
  return {
    events: count,
    bytesPerEvent: Math.round(texts.reduce((sum, text) => sum + text.length, 0) / count),
    rounds,
    rows: [...parts.map((part) => row(part, (seconds) => seconds[part])), row('consent + transform', ({ consent, transform }) => consent + transform)],
  }
}

function floor(texts: readonly string[]): void {
  for (const text of texts) {
    createHmac('sha256', 'key')
      .update(JSON.stringify(JSON.parse(text)))
      .digest()
  }
}

// As the server has it, see app/src/cli.ts.
setFlagsFromString('--no-allocation-site-pretenuring')
setFlagsFromString('--expose-gc')
/** Parts begin on a clean heap; consent and transform, which take turns, share one. */
const collectGarbage = runInNewContext('gc') as () => void

/** Processor seconds, garbage collection included: what one core would take, whatever else the machine is doing meanwhile. */
function timed(work: () => void): number {
  collectGarbage()
  const before = process.cpuUsage()
  work()
  return secondsSince(before)
}

async function timedWork(work: () => Promise<void>): Promise<number> {
  collectGarbage()
  const before = process.cpuUsage()
  await work()
  return secondsSince(before)
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000_000
}

/**
 * A batch after the other, as the embedded log hands them on: the transform stage reads what the consent stage has just made, and lets go of it.
 * @returns processor seconds, and what the consent stage kept
 */
async function throughBoth(
  consent: AnyStage,
  transform: AnyStage,
  { batches, partitions }: { readonly batches: readonly Batch[]; readonly partitions: Log['partitions'] },
): Promise<{ consent: number; transform: number; consented: NewRecord[] }> {
  const seconds = { consent: 0, transform: 0 }
  const consented: NewRecord[] = []
  collectGarbage()
  for (const batch of batches) {
    const before = process.cpuUsage()
    const records = toPackedRecords(await consent.process(batch), partitions).filter(({ topic }) => topic === 'events.consented.v1')
    seconds.consent += secondsSince(before)
    const between = process.cpuUsage()
    for (const next of batchesOf('events.consented.v1', records)) toPackedRecords(await transform.process(next), partitions)
    seconds.transform += secondsSince(between)
    for (const { topic, key, value } of records) consented.push({ topic, key, value })
  }
  return { ...seconds, consented }
}

interface AnyStage {
  process(batch: Batch): Promise<Iterable<Append<StageName>>>
}

/** As shops send them in batches, and as `http` does. */
const requestEvents = 500
/** What the consent stage was seen to take at a time under flood: about eleven records, a thousand events. */
const batchBytes = 600_000

function batchesOf(topic: TopicName, records: readonly NewRecord[]): Batch[] {
  const batches: LogRecord[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const [offset, { key, value, content }] of records.entries()) {
    if (bytes + value.byteLength > batchBytes) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)?.push({ key, value, content, offset, appendedAtMs: Date.now() })
    bytes += value.byteLength
  }
  return batches.map((records) => ({ topic, partition: 0, missed: 0, records }))
}
