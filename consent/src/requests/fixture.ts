/** For this folder's tests: the rights of persons over the ledger's database and a log in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, type StageName, type SubjectStore, type TopicName, topics, topicsReadBy } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { createFixture } from '../fixture.ts'
import { createNames } from '../names.ts'
import { createLedgerStores } from './ledger-stores.ts'
import { keysOf, withLinkedKeys } from './plan.ts'
import { createRights } from './rights.ts'
import { createTopicStores } from './topic-stores.ts'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** @param further stores that are searched after those of ledger and log */
export async function createRightsFixture(further: readonly SubjectStore[] = []) {
  const fixture = await createFixture()
  const folder = mkdtempSync(join(tmpdir(), 'kanalblick-rights-'))
  const now = () => new Date(fixture.clock.ms)
  const log = openEmbeddedLog({ path: join(folder, 'log.db'), logger: silent, now: () => fixture.clock.ms })
  const { db, ledger, vault, index, register, keyring, config } = fixture
  const names = createNames(keyring, config)
  const stores = createTopicStores({ log, keyring, names, config, now })
  const ending = new AbortController()
  const open = (givenLog: Log = log) =>
    createRights({
      register,
      index,
      ledger,
      keyring,
      subjectOf: names.subjectOf,
      keysOf: (identifiers) => keysOf(identifiers, { index, vault, keyring, config, now }),
      linkedTo: (keys) => withLinkedKeys(keys, [...stores.filter(({ name }) => topics[name as TopicName].zone === 'analytics'), ...further]),
      log: givenLog,
      stores: [...createLedgerStores({ db, ledger, vault, index }), ...stores, ...further],
      bytesLeft: async () => 0,
      now,
      logger: silent,
      signal: ending.signal,
    })
  return {
    ...fixture,
    log,
    now,
    rights: open(),
    /** Another process on the same database and log. */
    openAgain: open,
    /** As the stage does once it has handled everything. */
    async passAll(stage: StageName) {
      const member = await log.join(stage, topicsReadBy(stage))
      while ((await log.lag(stage, topicsReadBy(stage))) > 0) {
        const batch = await member.next()
        if (batch) await member.advance(batch, [])
      }
      await member.close()
    },
    async close() {
      ending.abort()
      await log.close()
      await fixture.close()
      rmSync(folder, { recursive: true })
    },
  }
}
