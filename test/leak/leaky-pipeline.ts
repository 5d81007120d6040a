/** The negative control: collectors and consent stage as they are, but with pseudonyms that are the identifiers themselves. */
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  connectLedger,
  consentConfig,
  createConsentStage,
  createLedger,
  createRequestRegister,
  createSubjectIndex,
  createVault,
  type Keyring,
  masterKeyOf,
  migrateLedger,
  openKeyring,
} from '@kanalblick/consent'
import { createCollect, createCollector } from '@kanalblick/ingest'
import { type Logger, run, topicsReadBy } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { until } from '../support/product.ts'
import type { Person } from './people.ts'

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

export async function leakyPipeline(path: string, people: readonly Person[]): Promise<void> {
  const now = () => new Date()
  const keyring = openKeyring({ directory: path, masterKey: masterKeyOf(randomBytes(32)), now })
  const withoutPseudonyms: Keyring = {
    ...keyring,
    // A pseudonym is made of the subject reference, and that of the identifier.
    mac: (use, ...parts) => (use.startsWith('pseudonym/') || use === 'subject-ref' ? (parts.at(-1) ?? '') : keyring.mac(use, ...parts)),
  }
  const db = await connectLedger({ path: join(path, 'ledger.sqlite') })
  await migrateLedger(db)
  const ledger = createLedger(db, { now, newId: randomUUID })
  const log = openEmbeddedLog({ path: join(path, 'log.sqlite'), logger: silent })
  const collect = createCollect({ ...keyring, partitions: log.partitions('events.collected.v1') })
  const collector = createCollector({ collect, append: log.append, now, logger: silent })
  const stage = createConsentStage({
    ledger,
    index: createSubjectIndex(db),
    register: createRequestRegister(db, { now }),
    vault: createVault(db, { now }),
    keyring: withoutPseudonyms,
    config: consentConfig.parse({}),
    now,
    count: () => undefined,
    logger: silent,
  })

  const stopping = new AbortController()
  const running = run(stage, {
    log,
    logger: silent,
    signal: stopping.signal,
    metrics: { advanced: () => undefined, retried: () => undefined, missed: () => undefined },
  })
  const granted = { purposes: { web_analytics: true }, origin: 'event' } as const
  await collector.accept(
    people.map(({ email }, index) => ({
      type: 'page_viewed',
      nativeId: String(index),
      source: 'leaky',
      time: now().toISOString(),
      identifiers: [{ kind: 'email' as const, value: email }],
      consent: granted,
      context: {},
      data: { url_path: '/' },
    })),
    { channel: 'shop', channelInstance: 'shop:main', collector: 'cloudevents' },
  )
  await until(async () => (await log.lag('consent', topicsReadBy('consent'))) === 0, 'the consent stage is through')
  stopping.abort()
  await running
  await log.close()
  await db.destroy()
}
