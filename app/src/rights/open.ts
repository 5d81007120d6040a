/** Puts the rights of persons together: every store of the data map that holds persons, in the order in which an erasure goes through them. */
import {
  type connectLedger,
  createLedgerStores,
  createNames,
  createRights,
  createTopicStores,
  type Keyring,
  keysOf,
  type Ledger,
  type RequestRegister,
  type Rights,
  type SubjectIndex,
  type Vault,
  withLinkedKeys,
} from '@kanalblick/consent'
import { holdsPersons, type Log, type Logger, type SubjectStore } from '@kanalblick/stream'
import { createSubjectStore, enforceRetention, pendingMarks, type Warehouse } from '@kanalblick/warehouse'
import type { Config } from '../config.ts'
import type { DataDirectory } from '../data-directory.ts'
import { profiles } from '../profiles.ts'
import { untilZero } from '../until-zero.ts'
import { dataMap } from './data-map.ts'
import { searchFilesApart } from './search-files-apart.ts'

export interface RightsPlace {
  readonly db: Awaited<ReturnType<typeof connectLedger>>
  readonly identity: {
    readonly keyring: Keyring
    readonly ledger: Ledger
    readonly vault: Vault
    readonly index: SubjectIndex
    readonly register: RequestRegister
  }
  readonly log: Log
  readonly warehouse: Warehouse
  readonly config: Config
  readonly directory: DataDirectory
  readonly now: () => Date
  readonly logger: Logger
  readonly signal: AbortSignal
}

export interface OpenRights {
  readonly rights: Rights
  readonly stores: readonly SubjectStore[]
}

/** @throws when a store of the data map that holds persons is searched by nobody */
export function openRights({ db, identity, log, warehouse, config, directory, now, logger, signal }: RightsPlace): OpenRights {
  const { keyring, ledger, vault, index, register } = identity
  const settings = { ...config.consent, timeZone: config.timeZone }
  const names = createNames(keyring, settings)
  // Beyond one process the warehouse's own derives the sums.
  const { oneProcess } = profiles[config.profile]
  const stores = [
    ...createLedgerStores({ db, ledger, vault, index }),
    ...createTopicStores({ log, keyring, names, config: settings, now }),
    withinRetention(createSubjectStore(warehouse, { now, logger, ...(oneProcess ? {} : { refresh: async () => untilZero(await pendingMarks(warehouse)) }) }), {
      warehouse,
      now,
    }),
  ]
  requireComplete(stores)
  const inAnalytics = new Set(dataMap().flatMap(({ store, zone }) => (zone === 'analytics' ? [store] : [])))
  const pseudonymous = stores.filter(({ name }) => inAnalytics.has(name))
  const rights = createRights({
    register,
    index,
    ledger,
    keyring,
    subjectOf: names.subjectOf,
    keysOf: (identifiers) => keysOf(identifiers, { index, vault, keyring, config: settings, now }),
    linkedTo: (keys) => withLinkedKeys(keys, pseudonymous),
    log,
    stores,
    bytesLeft: ({ pseudonyms, orderKeys }) => (oneProcess ? searchFilesApart(directory.path, [...pseudonyms, ...orderKeys]) : Promise.resolve(0)),
    now,
    logger,
    signal,
  })
  return { rights, stores }
}

/** A pseudonym is known for as long as it is kept: what is past that, a late import for example, goes first. */
const withinRetention = (store: SubjectStore, { warehouse, now }: Pick<RightsPlace, 'warehouse' | 'now'>): SubjectStore => ({
  ...store,
  async erase(keys) {
    await enforceRetention(warehouse, { now: now() })
    await store.erase(keys)
  },
})

export function requireComplete(stores: readonly Pick<SubjectStore, 'name'>[]): void {
  const searched = new Set(stores.map(({ name }) => name))
  const forgotten = dataMap().filter((declared) => holdsPersons(declared) && !searched.has(declared.store))
  if (forgotten.length > 0) throw new Error(`Requests of persons would not reach ${forgotten.map(({ store }) => store).join(', ')}.`)
}
