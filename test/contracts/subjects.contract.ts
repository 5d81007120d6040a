/** What is promised of the subject index, the suppression list and the register of requests, on whichever database they lie. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  connectLedger,
  createLedger,
  createRequestRegister,
  createSubjectIndex,
  type Ledger,
  migrateLedger,
  type RequestRegister,
  type SubjectIndex,
} from '@kanalblick/consent'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LedgerPlace } from './ledger.contract.ts'

const rememberer = fileURLToPath(new URL('../dist/contracts/subjects.rememberer.js', import.meta.url))

const erika = { ref: 'v1:erika', kind: 'email' } as const
const customer = { ref: 'v1:customer', kind: 'customer' } as const
const max = { ref: 'v1:max', kind: 'email' } as const
const device = { ref: 'v1:device', kind: 'device' } as const
const at = '2026-11-23T10:15:00.000Z'

export function subjectsContract(createPlace: () => Promise<LedgerPlace>): void {
  let place: LedgerPlace
  let db: Awaited<ReturnType<typeof connectLedger>>
  let index: SubjectIndex
  let register: RequestRegister
  let ledger: Ledger
  let clockMs: number
  const now = () => new Date(clockMs)

  beforeEach(async () => {
    place = await createPlace()
    db = await connectLedger(place.location)
    await migrateLedger(db)
    clockMs = Date.parse('2026-11-23T10:15:30.000Z')
    index = createSubjectIndex(db)
    register = createRequestRegister(db, { now })
    ledger = createLedger(db, { now, newId: randomUUID })
  })
  afterEach(async () => {
    await db.destroy()
    await place.remove()
  })

  describe('the subject index', () => {
    const sighting = { subjects: [erika, customer, device], orderKey: 'v1:order-1', at }
    const rows = async () => [
      (await db.selectFrom('subject_links').selectAll().execute()).length,
      (await db.selectFrom('subject_orders').selectAll().execute()).length,
    ]

    test('links all that came together in both directions, and each to the order', async () => {
      await index.remember([sighting, { subjects: [max], orderKey: 'v1:order-2', at }])
      expect(await index.links(['v1:erika', 'v1:device'])).toEqual([
        { ref: 'v1:device', kind: 'device', linkedRef: 'v1:customer', linkedKind: 'customer' },
        { ref: 'v1:device', kind: 'device', linkedRef: 'v1:erika', linkedKind: 'email' },
        { ref: 'v1:erika', kind: 'email', linkedRef: 'v1:customer', linkedKind: 'customer' },
        { ref: 'v1:erika', kind: 'email', linkedRef: 'v1:device', linkedKind: 'device' },
      ])
      expect(await index.orderKeys(['v1:erika', 'v1:max', 'v1:nobody'])).toEqual(['v1:order-1', 'v1:order-2'])
      expect([await index.links([]), await index.orderKeys([])]).toEqual([[], []])
    })

    test('keeps what comes again once, whoever remembers it, with the latest month', async () => {
      await index.remember([sighting, sighting])
      await createSubjectIndex(db).remember([sighting, { ...sighting, at: '2027-01-31T23:59:59.000Z' }, sighting])
      await createSubjectIndex(db).remember([sighting])
      expect(await rows()).toEqual([6, 3])
      for (const table of ['subject_links', 'subject_orders'] as const)
        expect(await db.selectFrom(table).select('month').distinct().execute()).toEqual([{ month: '2027-01' }])
    })

    test('forgets somebody in both directions, and nobody else', async () => {
      await index.remember([sighting, { subjects: [max, device], orderKey: 'v1:order-2', at }])
      await index.forget(['v1:erika', 'v1:customer'])
      expect(await index.links(['v1:erika', 'v1:customer', 'v1:device', 'v1:max'])).toEqual([
        { ref: 'v1:device', kind: 'device', linkedRef: 'v1:max', linkedKind: 'email' },
        { ref: 'v1:max', kind: 'email', linkedRef: 'v1:device', linkedKind: 'device' },
      ])
      expect([await index.orderKeys(['v1:erika', 'v1:customer']), await index.orderKeys(['v1:device'])]).toEqual([[], ['v1:order-1', 'v1:order-2']])
      await index.forget(['v1:erika', 'v1:customer'])
      expect(await rows()).toEqual([2, 3])
    })

    test('remembers again what it forgot, when it comes again', async () => {
      await index.remember([sighting])
      await index.forget(['v1:erika'])
      await index.remember([sighting])
      expect(await rows()).toEqual([6, 3])
    })

    test('forgets what was last seen before a month, and nothing of the month', async () => {
      await index.remember([
        { ...sighting, at: '2025-08-31T23:59:59.000Z' },
        { subjects: [max, device], orderKey: 'v1:order-2', at: '2025-09-01T00:00:00.000Z' },
      ])
      await index.forgetBefore('2025-09-30')
      expect(await rows()).toEqual([2, 2])
      expect(await index.orderKeys(['v1:erika', 'v1:max'])).toEqual(['v1:order-2'])
    })

    test('takes more at once than one statement takes', async () => {
      const sightings = Array.from({ length: 5_000 }, (_, n) => ({
        subjects: [customer, { ref: `v1:device-${n}`, kind: 'device' as const }],
        orderKey: `v1:o-${n}`,
        at,
      }))
      await index.remember(sightings)
      expect(await rows()).toEqual([10_000, 10_000])
      expect((await index.links(sightings.map(({ subjects }) => subjects[1]?.ref ?? ''))).length).toBe(5_000)
      expect((await index.orderKeys(['v1:customer'])).length).toBe(5_000)
    })

    test('is written by two processes at once, in whatever order their events come', async () => {
      const start = (direction: 'forwards' | 'backwards') =>
        promisify(execFile)(process.execPath, [rememberer, JSON.stringify(place.location), '300', direction])
      await Promise.all([start('forwards'), start('backwards')])
      expect(await rows()).toEqual([300 * 6, 300 * 3])
    })
  })

  describe('the suppression list', () => {
    const abc = ['v1:a', 'v1:b', 'v1:c']

    test('tells how many are new on it, or there for good only now', async () => {
      expect(await ledger.suppress(['v1:a', 'v1:b'], 'one')).toBe(2)
      expect(await ledger.suppress(['v1:b', 'v1:c'], 'another')).toBe(1)
      expect(Object.fromEntries(await ledger.suppressed([...abc, 'v1:d']))).toEqual({ 'v1:a': 'one', 'v1:b': 'one', 'v1:c': 'another' })
      expect(await ledger.suppress(['v1:a', 'v1:d'])).toBe(2)
      expect(Object.fromEntries(await ledger.suppressed([...abc, 'v1:d']))).toEqual({ 'v1:a': null, 'v1:b': 'one', 'v1:c': 'another', 'v1:d': null })
      expect(await ledger.suppress(['v1:a', 'v1:d'])).toBe(0)
      expect(await ledger.suppress(['v1:a'], 'a third')).toBe(0)
      expect(await ledger.suppressed(['v1:a'])).toEqual(new Map([['v1:a', null]]))
      expect(await ledger.suppress([])).toBe(0)
      expect(await ledger.suppress(['v1:e', 'v1:e'])).toBe(1)
    })

    test('lets go whose request was denied or taken back, and nobody else', async () => {
      for (const [ref, status] of Object.entries({ 'v1:a': 'denied', 'v1:b': 'revoked', 'v1:c': 'fulfilled' } as const)) {
        await register.open({ id: status, type: 'erasure', subject: [{ ...erika, named: true }] })
        await ledger.suppress([ref], status)
        await ledger.lift()
        expect(await ledger.suppressed([ref])).toEqual(new Map([[ref, status]]))
        await register.change(status, { status })
      }
      await ledger.suppress(['v1:d'])
      await ledger.lift()
      expect(await ledger.suppressed([...abc, 'v1:d'])).toEqual(
        new Map([
          ['v1:c', 'fulfilled'],
          ['v1:d', null],
        ]),
      )
    })

    test('of an earlier build stays, whichever request put whom there', async () => {
      for (const alteration of ['drop column pending_request_id', 'add column request_id text'])
        await sql`alter table suppressed_subjects ${sql.raw(alteration)}`.execute(db)
      await register.open({ id: 'one', type: 'erasure', subject: [{ ...erika, named: true }] })
      await sql`insert into suppressed_subjects (subject_ref, suppressed_at, request_id) values ('v1:a', '2026-11-01T00:00:00.000Z', 'one')`.execute(db)
      await sql`delete from ledger_migrations where name = '0005_pending_suppression.sql'`.execute(db)
      await migrateLedger(db)
      await register.change('one', { status: 'denied' })
      await ledger.lift()
      expect(await ledger.suppressed(['v1:a'])).toEqual(new Map([['v1:a', null]]))
    })

    test('counts each once when several suppress at once', async () => {
      const refs = Array.from({ length: 3_000 }, (_, n) => `v1:${n}`)
      const added = await Promise.all([ledger.suppress(refs), ledger.suppress(refs.toReversed())])
      expect(added.reduce((sum, n) => sum + n, 0)).toBe(3_000)
    })
  })

  describe('the register of requests', () => {
    const subject = [{ ...erika, named: true }]
    const proof = { ambiguous: [], identifiers: { email: 1 }, found: [{ store: 'events', holdings: [{ what: 'books', rows: 2, onErasure: 'mask' as const }] }] }

    test('ends what waits, and no erasure that somebody has verified', async () => {
      for (const type of ['erasure', 'access'] as const) {
        await register.open({ id: `${type} waits`, type, subject })
        await register.open({ id: `${type} verified`, type, subject, verification: 'operator' })
      }
      for (const [id, isEnded] of Object.entries({
        'erasure waits': true,
        'erasure verified': false,
        'access waits': true,
        'access verified': true,
        none: false,
      }))
        expect([id, await register.end(id, 'denied', 'other')]).toEqual([id, isEnded])
      expect(await register.find('erasure verified')).toMatchObject({ status: 'in_progress', subject })
      expect(await register.find('erasure waits')).toMatchObject({ status: 'denied', reason: 'other', subject: null })
      expect(await register.end('erasure waits', 'revoked', null)).toBe(false)
    })

    test('opens a request once, whatever comes under its id later', async () => {
      const opened = await register.open({ id: 'one', type: 'erasure', subject })
      expect(opened).toEqual({
        id: 'one',
        type: 'erasure',
        status: 'in_progress',
        reason: 'need_user_verification',
        receivedAt: '2026-11-23T10:15:30.000Z',
        expectedBy: '2026-12-23T10:15:30.000Z',
        updatedAt: '2026-11-23T10:15:30.000Z',
        verification: null,
        subject,
        plan: null,
        proof: null,
      })
      clockMs += 1000
      expect(await register.open({ id: 'one', type: 'access', subject: [], verification: 'operator' })).toEqual(opened)
      expect([await register.find('one'), await register.find('two')]).toEqual([opened, undefined])
    })

    test('changes what it is told to, until the request has ended', async () => {
      await register.open({ id: 'one', type: 'access', subject })
      const other = await register.open({ id: 'two', type: 'access', subject })
      clockMs += 1000
      await register.change('one', { verification: 'signed_in', reason: null })
      expect(await register.find('one')).toMatchObject({ verification: 'signed_in', reason: null, subject, updatedAt: '2026-11-23T10:15:31.000Z' })
      await register.change('one', { status: 'fulfilled', proof, subject: null })
      const ended = await register.find('one')
      expect(ended).toMatchObject({ status: 'fulfilled', verification: 'signed_in', proof, subject: null })
      clockMs += 1000
      await register.change('one', { status: 'revoked', subject, proof: null })
      expect([await register.find('one'), await register.find('two')]).toEqual([ended, other])
    })

    test('keeps the first plan, of many at once, and none of a request that has ended', async () => {
      await register.open({ id: 'one', type: 'erasure', subject, verification: 'operator' })
      const plans = await Promise.all(['a', 'b', 'c', 'd'].map((plan) => register.keepPlan('one', plan)))
      expect(new Set(plans).size).toBe(1)
      expect((await register.find('one'))?.plan).toBe(plans[0])
      await register.change('one', { status: 'fulfilled', plan: null })
      expect([await register.keepPlan('one', 'e'), (await register.find('one'))?.plan]).toEqual([null, null])
    })

    test('lists the newest first, and as unfinished those that are verified and have not ended', async () => {
      await register.open({ id: 'waits', type: 'erasure', subject })
      clockMs += 1000
      await register.open({ id: 'verified', type: 'erasure', subject, verification: 'operator' })
      clockMs += 1000
      await register.open({ id: 'ended', type: 'access', subject, verification: 'operator' })
      await register.change('ended', { status: 'fulfilled' })
      expect((await register.list()).map(({ id }) => id)).toEqual(['ended', 'verified', 'waits'])
      expect((await register.unfinished()).map(({ id }) => id)).toEqual(['verified'])
    })

    test('forgets whom ended requests were about, a while after they ended', async () => {
      for (const id of ['old', 'new', 'under way']) await register.open({ id, type: 'access', subject, verification: 'operator' })
      await register.change('old', { status: 'fulfilled', proof })
      clockMs += 1000
      await register.change('new', { status: 'fulfilled' })
      await register.forgetSubjectsBefore('2026-11-23T10:15:31.000Z')
      const subjects = await Promise.all(['old', 'new', 'under way'].map(async (id) => (await register.find(id))?.subject))
      expect(subjects).toEqual([null, subject, subject])
      expect(await register.find('old')).toMatchObject({ status: 'fulfilled', proof })
    })
  })
}
