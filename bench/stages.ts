/** What the stages cost on one core, as a share of the floor that no pipeline in this language goes below. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import { createCollector } from '@kanalblick/ingest'
import { type Append, type Batch, type Logger, type NewRecord, type StageName, type TopicName, toNewRecord } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { createTransformStage, noRates, transformConfig } from '@kanalblick/transform'
import { parseWriteSign } from './machine.ts'
import type { BenchRow } from './result.ts'
import { sampleEvents } from './sample-events.ts'
import { median, timed } from './statistics.ts'

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const now = () => new Date()
const count = 20_000
const rounds = 5

const batchesOf = (topic: TopicName, records: readonly NewRecord[], size = 2000): Batch[] =>
  Array.from({ length: Math.ceil(records.length / size) }, (_, index) => ({
    topic,
    partition: 0,
    missed: 0,
    records: records
      .slice(index * size, (index + 1) * size)
      .map(({ key, value }, place) => ({ key, value, offset: index * size + place, appendedAtMs: Date.now() })),
  }))

async function through(stage: { process(batch: Batch): Promise<readonly Append<StageName>[]> }, batches: readonly Batch[]): Promise<NewRecord[]> {
  const outputs: NewRecord[] = []
  for (const batch of batches) outputs.push(...(await stage.process(batch)).map(toNewRecord))
  return outputs
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kanalblick-bench-'))
  const db = await connectLedger({ path: join(folder, 'ledger.sqlite') })
  await migrateLedger(db)
  const keyring = openKeyring({ directory: folder, masterKey: masterKeyOf(randomBytes(32)), now })
  const log = openEmbeddedLog({ path: join(folder, 'log.sqlite'), logger: silent })

  const consent = createConsentStage({
    ledger: createLedger(db, { now, newId: randomUUID }),
    index: createSubjectIndex(db),
    register: createRequestRegister(db, { now }),
    vault: createVault(db, { now }),
    keyring,
    config: consentConfig.parse({}),
    now,
    count: () => undefined,
    logger: silent,
  })
  const transform = createTransformStage({ config: transformConfig.parse({}), rates: () => noRates, now, count: () => undefined })

  const collected: NewRecord[] = []
  const collector = createCollector({
    append: async (records: readonly Append<'ingest'>[]) => void collected.push(...records.map(toNewRecord)),
    seal: keyring.seal,
    partitionOf: (id) => log.partitionOf('events.collected.v1', id),
    eventId: keyring.eventId,
    now,
    logger: silent,
  })

  const sources = sampleEvents(count)
  const texts = sources.map((event) => JSON.stringify(event))

  const measured: Record<string, number[]> = { floor: [], collect: [], consent: [], transform: [], append: [] }
  for (let round = 0; round < rounds; round++) {
    measured['floor']?.push(await timed(() => texts.forEach(parseWriteSign)))
    collected.length = 0
    measured['collect']?.push(await timed(() => collector.accept(sources, { channel: 'shop', channelInstance: 'shop:bench', collector: 'cloudevents' })))
    let consented: NewRecord[] = []
    measured['consent']?.push(await timed(async () => (consented = await through(consent, batchesOf('events.collected.v1', collected)))))
    const kept = consented.filter(({ topic }) => topic === 'events.consented.v1')
    if (kept.length !== count) throw new Error(`Only ${kept.length} of ${count} events were kept: the figures would flatter.`)
    measured['transform']?.push(await timed(() => through(transform, batchesOf('events.consented.v1', kept))))
    measured['append']?.push(await timed(() => log.append(kept)))
  }
  await log.close()
  await db.destroy()
  rmSync(folder, { recursive: true })
  return rowsOf(measured)
}

function rowsOf(measured: Readonly<Record<string, readonly number[]>>): BenchRow[] {
  const ms = Object.fromEntries(Object.entries(measured).map(([what, rounds]) => [what, median(rounds)]))
  const share = (durationMs = Number.NaN) => Number(((ms['floor'] ?? Number.NaN) / durationMs).toFixed(3))
  const rows = Object.entries(ms).map(([what, durationMs]): BenchRow => ({ what, measured: Math.round((count / durationMs) * 1000), unit: 'events/s' }))
  const both = (ms['consent'] ?? Number.NaN) + (ms['transform'] ?? Number.NaN)
  return [...rows, { what: 'consent + transform, share of the floor', measured: share(both), unit: 'x', target: { atLeast: 0.5 } }]
}
