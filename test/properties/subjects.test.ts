/** Laws of who a person is, and of the names under which an erasure looks for them. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import {
  connectLedger,
  consentConfig,
  createPseudonymOf,
  createSubjectIndex,
  createVault,
  identify,
  isPseudonymPurpose,
  keysOf,
  migrateLedger,
  openKeyring,
  type Sighting,
  type SubjectIndex,
} from '@kanalblick/consent'
import { identifierKinds, purposeIds, retentionDays } from '@kanalblick/stream'
import { afterAll, beforeAll, describe, expect } from 'vitest'

const now = () => new Date('2026-11-23T10:15:30.000Z')
const dayMs = 86_400_000

let folder: string
let db: Awaited<ReturnType<typeof connectLedger>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kanalblick-subject-laws-'))
  db = await connectLedger({ path: ':memory:' })
  await migrateLedger(db)
})
afterAll(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true })
})

type Named = Sighting['subjects'][number]

const isPersonal = ({ kind }: Pick<Named, 'kind'>) => ['customer', 'email', 'marketplace_buyer'].includes(kind)

const own = (person: number): fc.Arbitrary<Named> =>
  fc.tuple(fc.constantFrom(...identifierKinds), fc.nat(1)).map(([kind, n]) => ({ ref: `v1:${person}-${kind}-${n}`, kind }))
const shared: fc.Arbitrary<Named> = fc.tuple(fc.constantFrom('phone', 'device'), fc.nat(1)).map(([kind, n]) => ({ ref: `v1:shared-${kind}-${n}`, kind }))

/** Of one of three persons, who share telephones and devices. */
const event: fc.Arbitrary<Named[]> = fc
  .nat(2)
  .chain((person) => fc.array(fc.oneof({ weight: 3, arbitrary: own(person) }, shared), { minLength: 1, maxLength: 4 }))
const events = fc.array(event, { maxLength: 12 })
const aPersonal = fc
  .tuple(fc.nat(2), fc.constantFrom('customer', 'email', 'marketplace_buyer'), fc.nat(1))
  .map(([person, kind, n]): Named => ({ ref: `v1:${person}-${kind}-${n}`, kind }))
const somebody = fc.oneof(aPersonal, shared)

async function indexOf(sightings: readonly (readonly Named[])[]): Promise<SubjectIndex> {
  await db.deleteFrom('subject_links').execute()
  const index = createSubjectIndex(db)
  await index.remember(sightings.map((subjects) => ({ subjects, orderKey: null, at: now().toISOString() })))
  return index
}
const ownerOf = ({ ref }: Pick<Named, 'ref'>) => ref.slice(0, 'v1:0'.length)

describe('a person', () => {
  test.prop([events, aPersonal])('has nothing personal of anybody else, whatever they share', async (sightings, named) => {
    const { identifiers } = await identify([named], await indexOf(sightings))
    for (const identifier of identifiers.filter(isPersonal)) expect(ownerOf(identifier)).toBe(ownerOf(named))
  })

  test.prop([events, shared])('is one at most when a telephone or a device is named', async (sightings, named) => {
    const { identifiers } = await identify([named], await indexOf(sightings))
    expect(new Set(identifiers.filter(isPersonal).map(ownerOf)).size).toBeLessThanOrEqual(1)
  })

  test.prop([events, somebody])('never has an identifier that came together with what is personal of somebody else', async (sightings, named) => {
    const index = await indexOf(sightings)
    const { identifiers } = await identify([named], index)
    const refs = new Set(identifiers.map(({ ref }) => ref))
    const found = identifiers.filter((identifier) => !identifier.named).map(({ ref }) => ref)
    const foreign = (await index.links(found)).filter(({ linkedRef, linkedKind }) => isPersonal({ kind: linkedKind }) && !refs.has(linkedRef))
    expect(foreign).toEqual([])
  })

  test.prop([events, fc.uniqueArray(somebody, { minLength: 1, maxLength: 4, selector: ({ ref }) => ref })])(
    'has all that the request names, once, and what is left out is told',
    async (sightings, named) => {
      const index = await indexOf(sightings)
      const { identifiers, ambiguous } = await identify(named, index)
      const refs = identifiers.map(({ ref }) => ref)
      expect(identifiers.filter((identifier) => identifier.named).map(({ ref }) => ref)).toEqual(named.map(({ ref }) => ref))
      expect(new Set(refs).size).toBe(refs.length)
      const leftOut = (await index.links(refs)).filter(({ linkedRef }) => !refs.includes(linkedRef)).map(({ linkedKind }) => linkedKind)
      expect(ambiguous).toEqual([...new Set(leftOut)].toSorted())
    },
  )

  test.prop([events, somebody])('is the same when asked for again by all that was found', async (sightings, named) => {
    const index = await indexOf(sightings)
    const first = await identify([named], index)
    const again = await identify(first.identifiers, index)
    expect(again.identifiers.map(({ ref }) => ref)).toEqual(first.identifiers.map(({ ref }) => ref))
    expect(again.ambiguous).toEqual(first.ambiguous)
  })

  test.prop([events.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), somebody])(
    'is the same in whatever order their events came',
    async ([sightings, shuffled], named) => {
      const sorted = async (index: SubjectIndex) => {
        const { identifiers, ambiguous } = await identify([named], index)
        return { refs: identifiers.map(({ ref }) => ref).toSorted(), ambiguous }
      }
      expect(await sorted(await indexOf(shuffled.map((subjects) => subjects.toReversed())))).toEqual(await sorted(await indexOf(sightings)))
    },
  )

  test.prop([fc.array(fc.array(own(0), { maxLength: 3 }), { minLength: 1, maxLength: 8 })])(
    'who shares nothing and names the customer number of every event is found whole',
    async (sightings) => {
      const customer: Named = { ref: 'v1:0-customer', kind: 'customer' }
      const { identifiers, ambiguous } = await identify([customer], await indexOf(sightings.map((subjects) => [customer, ...subjects])))
      expect(identifiers.map(({ ref }) => ref).toSorted()).toEqual([...new Set(['v1:0-customer', ...sightings.flat().map(({ ref }) => ref)])].toSorted())
      expect(ambiguous).toEqual([])
    },
  )
})

describe('the names an erasure looks for', () => {
  const purposes = purposeIds.filter(isPseudonymPurpose)

  test.prop([fc.double({ min: -retentionDays.behaviour, max: 1, noNaN: true }), fc.integer({ min: 1, max: 396 }), fc.constantFrom('device', 'email', 'phone')])(
    'hold every pseudonym that the stage gave out for anything within retention',
    async (day, pseudonymEpochDays, kind) => {
      const keyring = openKeyring({ directory: join(folder, randomUUID()), masterKey: randomBytes(32), now })
      const config = consentConfig.parse({ pseudonymEpochDays })
      const subject = { ref: 'v1:somebody', kind, named: true } as const
      const time = new Date(now().getTime() + day * dayMs).toISOString()
      const given = purposes.map((purpose) => createPseudonymOf(keyring, config)(purpose, subject, time))
      const keys = await keysOf([subject], { index: createSubjectIndex(db), vault: createVault(db, { now }), keyring, config, now })
      expect(keys.pseudonyms).toEqual(expect.arrayContaining(given))
      expect(new Set(keys.pseudonyms).size).toBe(keys.pseudonyms.length)
    },
  )
})
