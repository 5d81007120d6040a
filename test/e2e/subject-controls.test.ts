/** The search that an erasure is proved by must find what an erasure forgets: for each store, one that forgets it. */
import { readConfig } from '@kanalblick/app/config'
import { dataMap, requireComplete } from '@kanalblick/app/rights'
import { roles, wire } from '@kanalblick/app/wire'
import { createRights, createSubjectOf, keysOf, type RightsParts, withLinkedKeys } from '@kanalblick/consent'
import { holdsPersons, type Logger, type SubjectKeys } from '@kanalblick/stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../support/product.ts'
import { type Dump, dumpOf } from '../support/subjects/dump.ts'
import { messagesOf } from '../support/subjects/messages.ts'
import { find, tracesOf } from '../support/subjects/oracle.ts'
import { openShop } from '../support/subjects/shop.ts'
import { type Shopper, shoppers } from '../support/subjects/shoppers.ts'

/** Stores that are emptied by one and the same step are forgotten together. */
const forgotten = [
  ['subject_pseudonyms'],
  ['subject_links', 'subject_orders'],
  ['consent_current', 'consent_records'],
  ['subject_requests'],
  ['events.consented.v1'],
  ['events.enriched.v1'],
  ['rejected.transform.v1'],
  ['events'],
  [],
] as const
const subjects = shoppers(forgotten.length)
const cases = forgotten.map((stores, i) => [stores.join(' and ') || 'nothing', stores, subjects[i] as Shopper] as const)

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let before: Dump
let after: Dump

beforeAll(async () => {
  folder = await temporaryFolder()
  const shop = await openShop(folder.path)
  await shop.start()
  for (const shopper of subjects) {
    await shop.send(messagesOf(shopper))
    await shop.ask('POST', '/v1/requests', { type: 'access', identifiers: [{ kind: 'email', value: shopper.email }] })
  }
  await shop.drained()
  await shop.stop()
  before = await dumpOf(shop.folder)
  const app = await wire({ config: readConfig({ data: shop.folder, env: {} }), roles, logger: silent })
  try {
    const keys: SubjectKeys[] = []
    for (const [, stores, shopper] of cases) {
      const of = await eraseWithout(app, ['events', ...stores], shopper)
      if (!stores.some((store) => store === 'events')) keys.push(of)
    }
    // The slow one, for all at once.
    const all = (list: keyof SubjectKeys) => keys.flatMap((of) => of[list])
    await app.rights?.stores
      .find(({ name }) => name === 'events')
      ?.erase({ refs: all('refs'), pseudonyms: all('pseudonyms'), orderKeys: all('orderKeys'), sessionKeys: [] })
  } finally {
    await app.close()
  }
  after = await dumpOf(shop.folder)
}, 240_000)
afterAll(() => folder.remove())

/** The whole of the product's erasure, but for these stores. */
async function eraseWithout({ identity, log, rights, config }: Awaited<ReturnType<typeof wire>>, without: readonly string[], { email }: Shopper) {
  if (!identity || !rights) throw new Error('This process cannot act for persons.')
  const settings = { ...config.consent, timeZone: config.timeZone }
  const now = () => new Date()
  let keys: SubjectKeys | undefined
  const own: Pick<RightsParts, 'keysOf' | 'linkedTo' | 'stores' | 'bytesLeft'> = {
    keysOf: (identifiers) => keysOf(identifiers, { ...identity, config: settings, now }),
    linkedTo: async (known) => {
      keys = await withLinkedKeys(known, rights.stores)
      return keys
    },
    stores: rights.stores.filter(({ name }) => !without.includes(name)),
    bytesLeft: async () => 0,
  }
  const subjectOf = createSubjectOf(identity.keyring, settings)
  const incomplete = createRights({ ...identity, ...own, subjectOf, log, now, logger: silent, signal: AbortSignal.timeout(120_000) })
  const { id } = await incomplete.open('erasure', [{ kind: 'email', value: email }], 'operator')
  expect(await incomplete.carryOut(id)).toMatchObject({ status: 'fulfilled' })
  return keys as unknown as SubjectKeys
}

test.each(cases)('an erasure that forgets %s is found out, by row and by byte', (_, stores, shopper) => {
  const found = find(shopper, tracesOf(shopper, before), after)
  const inFiles = Object.keys(found).filter((place) => place.includes('sqlite') || place.startsWith('warehouse/'))
  const inStores = Object.keys(found).filter((place) => !inFiles.includes(place))
  expect(inStores.toSorted()).toEqual([...stores].toSorted())
  // Dead letters hold their record in base64, which no search for bytes sees.
  expect(inFiles.length > 0).toBe(stores.some((store) => store !== 'rejected.transform.v1'))
})

test('a product that would forget a store does not start', () => {
  const personal = dataMap().filter(holdsPersons)
  expect(() => requireComplete(personal.map(({ store }) => ({ name: store })))).not.toThrow()
  for (const { store } of personal) {
    const others = personal.filter((one) => one.store !== store).map((one) => ({ name: one.store }))
    expect(() => requireComplete(others)).toThrow(`Requests of persons would not reach ${store}.`)
  }
})
