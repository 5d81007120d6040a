/** What the ledger's stores promise access and erasure of one person, on whichever database they lie. */
import { randomUUID } from 'node:crypto'
import {
  connectLedger,
  createLedger,
  createLedgerStores,
  createRequestRegister,
  createSubjectIndex,
  createVault,
  declaredLedgerTables,
  type Ledger,
  migrateLedger,
  type RequestRegister,
} from '@kanalblick/consent'
import { holdsPersons, type SubjectKeys, type SubjectRow, type SubjectStore } from '@kanalblick/stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LedgerPlace } from './ledger.contract.ts'

const erika = { ref: 'v1:erika', kind: 'email' } as const
const customer = { ref: 'v1:customer', kind: 'customer' } as const
const max = { ref: 'v1:max', kind: 'email' } as const
const device = { ref: 'v1:device', kind: 'device' } as const
const at = '2026-11-23T10:15:00.000Z'

export function subjectStoresContract(createPlace: () => Promise<LedgerPlace>): void {
  let place: LedgerPlace
  let db: Awaited<ReturnType<typeof connectLedger>>
  let ledger: Ledger
  let register: RequestRegister
  const now = () => new Date('2026-11-23T10:15:30.000Z')

  beforeEach(async () => {
    place = await createPlace()
    db = await connectLedger(place.location)
    await migrateLedger(db)
    ledger = createLedger(db, { now, newId: randomUUID })
    register = createRequestRegister(db, { now })
  })
  afterEach(async () => {
    await db.destroy()
    await place.remove()
  })

  describe('the stores of persons', () => {
    const keysOf = (...refs: string[]): SubjectKeys => ({ refs, pseudonyms: [], orderKeys: [], sessionKeys: [] })
    const theirs = keysOf('v1:erika', 'v1:customer')
    let stores: SubjectStore[]

    const decisionOf = ({ ref, kind }: { readonly ref: string; readonly kind: 'email' | 'customer' }) =>
      ({
        subjectRef: ref,
        subjectRefKind: kind,
        decisions: [{ purpose: 'web_analytics', state: 'granted', basis: '6-1-a' }],
        notice: { version: '2026-01' },
        mechanism: 'toggle_save',
        origin: 'api',
        jurisdiction: 'DE',
        language: 'de-DE',
        eventTime: at,
      }) as const

    beforeEach(async () => {
      const [vault, index] = [createVault(db, { now }), createSubjectIndex(db)]
      stores = createLedgerStores({ db, ledger, vault, index })
      await ledger.append([decisionOf(customer), decisionOf(erika), decisionOf(max), decisionOf(customer)])
      await vault.pseudonyms([customer, max].map(({ ref }) => ({ subjectRef: ref, purpose: 'web_analytics' })))
      await index.remember([
        { subjects: [erika, customer], orderKey: 'v1:order-1', at },
        { subjects: [max, device], orderKey: 'v1:order-2', at },
      ])
      for (const { ref, kind } of [erika, max]) {
        await register.open({ id: `ended ${ref}`, type: 'access', subject: [{ ref, kind, named: true }], verification: 'operator' })
        await register.change(`ended ${ref}`, { status: 'fulfilled' })
        await ledger.suppress([ref], `ended ${ref}`)
      }
      await register.open({ id: 'under way', type: 'erasure', subject: [{ ...erika, named: true }], verification: 'operator' })
      await register.keepPlan('under way', 'sealed')
      await register.open({ id: 'waits', type: 'erasure', subject: [{ ...erika, named: true }] })
    })

    const held = async (keys: SubjectKeys) =>
      Object.fromEntries(await Promise.all(stores.map(async (store) => [store.name, await store.holdings(keys)] as const)))
    async function rowsOf(keys: SubjectKeys): Promise<Record<string, SubjectRow[]>> {
      const rows: Record<string, SubjectRow[]> = {}
      for (const store of stores) for await (const row of store.rows(keys)) rows[store.name] = [...(rows[store.name] ?? []), row]
      return rows
    }

    test('are all tables of the ledger that hold persons', () => {
      const declared = declaredLedgerTables().filter(holdsPersons)
      expect(stores.map(({ name }) => name).toSorted()).toEqual(declared.map(({ store }) => store).toSorted())
    })

    test('tell what they hold of a person and what an erasure does with it, and change nothing', async () => {
      const before = await rowsOf(theirs)
      expect(await held(theirs)).toEqual({
        subject_pseudonyms: [{ what: 'pseudonyms', rows: 1, onErasure: 'delete' }],
        subject_links: [{ what: 'links', rows: 2, onErasure: 'delete' }],
        subject_orders: [{ what: 'order_links', rows: 2, onErasure: 'delete' }],
        consent_current: [{ what: 'current_decisions', rows: 2, onErasure: 'delete' }],
        consent_records: [{ what: 'decisions', rows: 3, onErasure: 'mask', reason: 'proof_of_consent' }],
        subject_requests: [{ what: 'requests', rows: 1, onErasure: 'mask', reason: 'proof_of_request' }],
        suppressed_subjects: [{ what: 'suppression', rows: 1, onErasure: 'keep', reason: 'suppression' }],
      })
      expect(await rowsOf(theirs)).toEqual(before)
      expect(Object.values(await held(keysOf('v1:nobody'))).flat()).toEqual([])
      expect([Object.values(await held(keysOf())).flat(), await rowsOf(keysOf())]).toEqual([[], {}])
    })

    test('hand out every row, readable, in an order that is the same every time, and nobody else’s', async () => {
      const rows = await rowsOf(theirs)
      expect(Object.fromEntries(Object.entries(rows).map(([name, { length }]) => [name, length]))).toEqual({
        subject_pseudonyms: 1,
        subject_links: 2,
        subject_orders: 2,
        consent_current: 2,
        consent_records: 3,
        subject_requests: 3,
        suppressed_subjects: 1,
      })
      expect(rows['consent_records']?.[0]).toMatchObject({ facts: { mechanism: 'toggle_save', notice: { version: '2026-01' } } })
      expect(rows['subject_requests']?.[0]).toMatchObject({ subject: [{ kind: 'email', named: true }] })
      expect(JSON.stringify(rows)).not.toMatch(/v1:max|v1:device|"plan"/)
      expect(await rowsOf(theirs)).toEqual(rows)
    })

    test('hold nothing after an erasure but what is kept for its reason; others are untouched, and doing it again changes nothing', async () => {
      const others = await rowsOf(keysOf('v1:max', 'v1:device'))
      const remaining = async () => Promise.all(stores.map((store) => store.remaining(theirs)))
      expect(await remaining()).toEqual([1, 2, 2, 2, 3, 2, 0])
      for (let time = 0; time < 2; time++) {
        for (const store of stores) await store.erase(theirs)
        expect(await remaining()).toEqual(stores.map(() => 0))
        // The request that is carried out ends by itself.
        expect(Object.keys(await rowsOf(theirs))).toEqual(['subject_requests', 'suppressed_subjects'])
        expect(await held(theirs)).toMatchObject({ subject_requests: [], suppressed_subjects: [{ rows: 2 }] })
        expect(await rowsOf(keysOf('v1:max', 'v1:device'))).toEqual(others)
      }
      expect(await ledger.verify()).toEqual({ intact: true, records: 4, faults: [] })
      for (const id of ['ended v1:erika', 'waits']) expect((await register.find(id))?.subject).toBeNull()
      expect((await register.find('under way'))?.subject).toEqual([{ ...erika, named: true }])
      expect(await db.selectFrom('consent_records').select('sequence').where('subject_ref', 'is', null).execute()).toHaveLength(3)
    })
  })
}
