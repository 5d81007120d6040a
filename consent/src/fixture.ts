/** For this folder's tests: the stage on a ledger in memory and keys in a temporary folder, and events to put through it. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Append, Batch, CollectedEvent, DropReason, RejectReason, SealedEvents } from '@kanalblick/stream'
import { type ConsentConfig, consentConfig } from './config.ts'
import { connectLedger } from './connect.ts'
import { openKeyring } from './keyring-files.ts'
import { createLedger } from './ledger.ts'
import { migrateLedger } from './migrate.ts'
import type { Decision, NewConsentRecord } from './record.ts'
import { createRequestRegister } from './requests/register.ts'
import { createConsentStage } from './stage.ts'
import { createSubjectOf } from './subject.ts'
import { createSubjectIndex } from './subject-index.ts'
import { createVault } from './vault.ts'

const nowMs = Date.parse('2026-11-23T10:15:30.500Z')

export type Given = Partial<Omit<CollectedEvent, 'data'>> & { readonly data?: Record<string, unknown> }

export const collected = (given: Given = {}): CollectedEvent => ({
  id: randomUUID(),
  version: 1,
  time: '2026-11-23T10:14:59.123Z',
  received_at: '2026-11-23T10:15:00.456Z',
  channel: 'web',
  channel_instance: 'web:shop',
  schema_version: 1,
  collector: 'segment',
  type: 'page_viewed',
  identifiers: [{ kind: 'device', value: 'device-4711' }],
  context: { country: 'DE' },
  ...given,
  data: given.data ?? { url_path: '/produkt/regal' },
})

export const order = (given: Given = {}): CollectedEvent =>
  collected({
    type: 'order_placed',
    channel: 'shop',
    channel_instance: 'shop:1',
    identifiers: [{ kind: 'email', value: 'erika@example.com' }],
    ...given,
    data: {
      order_id: 'A-10023',
      currency: 'EUR',
      total_net_minor: 4200,
      items: [{ sku: '85123A', name: 'WHITE HANGING HEART T-LIGHT HOLDER', quantity: 2, line_net_minor: 4200 }],
      ...given.data,
    },
  })

type Consented = Extract<Append<'consent'>, { topic: 'events.consented.v1' }>['value']

export interface Ended {
  readonly consented: readonly Consented[]
  /** `kept`, or the reason, per record. */
  readonly outcomes: readonly ('kept' | DropReason | RejectReason)[]
  readonly causes: readonly string[]
  readonly outputs: readonly Append<'consent'>[]
}

export async function createFixture(config: Partial<ConsentConfig> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kanalblick-consent-'))
  const clock = { ms: nowMs }
  const now = () => new Date(clock.ms)
  const db = await connectLedger({ path: ':memory:' })
  await migrateLedger(db)
  const ledger = createLedger(db, { now, newId: randomUUID })
  const vault = createVault(db, { now })
  const index = createSubjectIndex(db)
  const register = createRequestRegister(db, { now })
  const keyring = openKeyring({ directory: folder, masterKey: new Uint8Array(32).fill(7), now })
  const settings = consentConfig.parse(config)
  const lines: unknown[] = []
  const logger = { debug: () => undefined, info: (...line: unknown[]) => void lines.push(line), warn: () => undefined, error: () => undefined }
  const stage = createConsentStage({ ledger, index, register, vault, keyring, config: settings, now, count: () => undefined, logger })
  const subjectOf = createSubjectOf(keyring, settings)

  const sealAlone = (event: CollectedEvent) => keyring.seal([event])[0] as SealedEvents
  const settle = async (values: readonly unknown[]) => ended([...(await stage.process(batchOf(values)))])
  return {
    db,
    ledger,
    index,
    register,
    vault,
    keyring,
    config: settings,
    clock,
    lines,
    /** Puts the events through the stage as one batch, each in a record of its own. */
    process: (...events: CollectedEvent[]) => settle(events.map(sealAlone)),
    /** As they lie in the log: together in one record. */
    sealTogether: (...events: CollectedEvent[]) => keyring.seal(events)[0] as SealedEvents,
    sealAlone,
    processValues: (...values: unknown[]) => settle(values),
    /** Records decisions of a person, as the API would. */
    decide: (identifier: CollectedEvent['identifiers'][number], decisions: Partial<Record<Decision['purpose'], Decision['state']>>) =>
      ledger.append([recordOf(subjectOf(identifier), decisions)]),
    refOf: (identifier: CollectedEvent['identifiers'][number]) => subjectOf(identifier).ref,
    async close() {
      await db.destroy()
      rmSync(folder, { recursive: true })
    },
  }
}

function recordOf(
  subject: ReturnType<ReturnType<typeof createSubjectOf>>,
  decisions: Partial<Record<Decision['purpose'], Decision['state']>>,
): NewConsentRecord {
  return {
    subjectRef: subject.ref,
    subjectRefKind: subject.kind,
    decisions: (Object.entries(decisions) as [Decision['purpose'], Decision['state']][]).map(([purpose, state]) => ({ purpose, state, basis: '6-1-a' })),
    notice: { version: '1' },
    mechanism: 'click_accept',
    origin: 'api',
    jurisdiction: 'DE',
    language: 'de',
    eventTime: new Date(nowMs).toISOString(),
  }
}

function batchOf(values: readonly unknown[]): Batch {
  const records = values.map((value, offset) => {
    const key = (value as Partial<SealedEvents> | null)?.id?.[0] ?? randomUUID()
    return { offset, key, appendedAtMs: nowMs, value: new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)) }
  })
  return { topic: 'events.collected.v1', partition: 0, missed: 0, records }
}

function ended(outputs: readonly Append<'consent'>[]): Ended {
  const consented = outputs.flatMap((output) => (output.topic === 'events.consented.v1' ? [output.value] : []))
  const books = outputs.flatMap((output) => (output.topic === 'fates.consent.v1' ? [output.value] : []))
  const causes = outputs.flatMap((output) => (output.topic === 'rejected.consent.v1' ? [output.value.cause] : []))
  const outcomes = books.flatMap(({ reason }) => reason.map((why) => (why === '' ? 'kept' : why))) as Ended['outcomes']
  return { consented, outcomes, causes, outputs }
}
