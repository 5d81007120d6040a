/** What the consent ledger, the suppression list and the vault promise, on whichever database they lie. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  connectLedger,
  createLedger,
  createVault,
  type Decision,
  type Ledger,
  type LedgerLocation,
  migrateLedger,
  type NewConsentRecord,
  type StatedRecord,
  type Vault,
} from '@kanalblick/consent'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

export interface LedgerPlace {
  readonly location: LedgerLocation
  remove(): Promise<void>
}

const appender = fileURLToPath(new URL('../dist/contracts/ledger.appender.js', import.meta.url))
const granted: Decision = { purpose: 'web_analytics', state: 'granted', basis: '6-1-a' }
const withdrawn: Decision = { purpose: 'web_analytics', state: 'withdrawn', basis: '6-1-a' }

const record = (subjectRef: string, ...decisions: Decision[]): NewConsentRecord => ({
  subjectRef,
  subjectRefKind: 'email',
  decisions,
  notice: { version: '2026-01' },
  mechanism: 'toggle_save',
  origin: 'api',
  jurisdiction: 'DE',
  language: 'de-DE',
  eventTime: '2026-11-01T08:30:00.000Z',
})

export function ledgerContract(createPlace: () => Promise<LedgerPlace>): void {
  let place: LedgerPlace
  let db: Awaited<ReturnType<typeof connectLedger>>
  let ledger: Ledger
  let vault: Vault
  let clockMs: number

  beforeEach(async () => {
    place = await createPlace()
    db = await connectLedger(place.location)
    await migrateLedger(db)
    clockMs = Date.parse('2026-11-02T09:00:00.000Z')
    const now = () => new Date(clockMs++)
    ledger = createLedger(db, { now, newId: randomUUID })
    vault = createVault(db, { now })
  })
  afterEach(async () => {
    await db.destroy()
    await place.remove()
  })

  describe('the chain', () => {
    test('gives every record a receipt, in sequence', async () => {
      const [first, second] = await ledger.append([record('v1:a', granted), record('v1:b', granted)])
      const [third] = await ledger.append([record('v1:a', withdrawn)])
      expect([first, second, third].map((receipt) => receipt?.sequence)).toEqual([1, 2, 3])
      expect(new Set([first, second, third].map((receipt) => receipt?.hash)).size).toBe(3)
      expect(await ledger.verify()).toEqual({ intact: true, records: 3, faults: [] })
    })

    test('is intact when it is empty', async () => {
      expect(await ledger.verify()).toEqual({ intact: true, records: 0, faults: [] })
    })

    test('keeps nothing of an append of which one record is refused', async () => {
      await ledger.append([record('v1:a', granted)])
      const ids = ['first']
      const nameless = createLedger(db, { now: () => new Date(clockMs), newId: () => ids.pop() as string })
      await expect(nameless.append([record('v1:b', granted), record('v1:c', granted)])).rejects.toThrow()
      expect(await ledger.current(['v1:b'])).toEqual(new Map())
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 1 })
    })

    test('stays whole when its table is rebuilt, and goes on behind its end', async () => {
      await ledger.append([record('v1:a', granted), record('v1:b', granted)])
      await sql`delete from ledger_migrations where name = '0004_fewer_indexes.sql'`.execute(db)
      await migrateLedger(db)
      expect(await ledger.verify()).toEqual({ intact: true, records: 2, faults: [] })
      expect(await ledger.append([record('v1:a', withdrawn)])).toMatchObject([{ sequence: 3 }])
      expect(await ledger.verify()).toEqual({ intact: true, records: 3, faults: [] })
    })

    test('cannot fork: of two records that follow the same one the second is refused', async () => {
      await ledger.append([record('v1:a', granted), record('v1:b', granted)])
      const fork = sql`
        insert into consent_records (sequence, record_id, facts, received_time, commitment, prev_hash, hash)
        select sequence, 'fork', facts, received_time, commitment, prev_hash, 'fork' from consent_records where sequence = 2`
      await expect(fork.execute(db)).rejects.toThrow()
    })

    test.each([
      ['a decision was changed', sql`update consent_records set facts = replace(facts, 'denied', 'granted') where sequence = 2`, 2, 'record_changed'],
      ['a record was given to somebody else', sql`update consent_records set subject_ref = 'v1:x' where sequence = 2`, 2, 'record_changed'],
      ['a time was changed', sql`update consent_records set received_time = '2020-01-01T00:00:00.000Z' where sequence = 2`, 2, 'record_changed'],
      ['a record was removed', sql`delete from consent_records where sequence = 2`, 2, 'record_missing'],
      ['the last record was removed', sql`delete from consent_records where sequence = 3`, 3, 'chain_cut'],
      ['the latest decision was changed', sql`update consent_current set state = 'granted' where subject_ref = 'v1:b'`, 2, 'decision_changed'],
      ['the latest decision was removed', sql`delete from consent_current where subject_ref = 'v1:b'`, 2, 'decision_changed'],
    ] as const)('shows that %s', async (_what, tampering, sequence, fault) => {
      await ledger.append([record('v1:a', granted), record('v1:b', { ...granted, state: 'denied' }), record('v1:c', granted)])
      await tampering.execute(db)
      const verification = await ledger.verify()
      expect(verification.intact).toBe(false)
      expect(verification.faults).toContainEqual({ sequence, fault })
    })

    test('tells of whom something was appended since', async () => {
      await ledger.append([record('v1:a', granted)])
      const { sequence } = await ledger.changedSince(undefined)
      expect(await ledger.changedSince(sequence)).toEqual({ sequence: 1, subjectRefs: [] })
      await ledger.append([record('v1:b', granted), record('v1:c', granted)])
      const changes = await ledger.changedSince(sequence)
      expect({ ...changes, subjectRefs: changes.subjectRefs?.toSorted() }).toEqual({ sequence: 3, subjectRefs: ['v1:b', 'v1:c'] })
      expect(await ledger.changedSince(99)).toEqual({ sequence: 3 })
    })

    test('keeps whoever is erased from it on the suppression list', async () => {
      await ledger.append([record('v1:a', granted)])
      await ledger.erase(['v1:a'])
      expect(await ledger.suppressed(['v1:a', 'v1:b'])).toEqual(new Map([['v1:a', null]]))
    })

    test.each([1, 500, 501, 1200])('finds whoever is on a suppression list of %d, however many it is asked for', async (length) => {
      const listed = Array.from({ length }, (_, n) => `v1:listed-${n}`)
      await ledger.suppress(listed)
      for (const others of [0, 600, 3000]) {
        const asked = [...Array.from({ length: others }, (_, n) => `v1:other-${n}`), listed[0] as string, listed[length - 1] as string]
        expect(await ledger.suppressed(asked)).toEqual(new Map(asked.slice(-2).map((ref) => [ref, null])))
      }
    })

    test('stays whole when a person is erased from it', async () => {
      await ledger.append([record('v1:a', granted), record('v1:b', granted), record('v1:a', withdrawn)])
      expect(await ledger.erase(['v1:a'])).toBe(2)
      expect(await ledger.current(['v1:a', 'v1:b'])).toEqual(new Map([['v1:b', expect.anything()]]))
      expect(await ledger.verify()).toEqual({ intact: true, records: 3, faults: [] })
      const rows = await db.selectFrom('consent_records').selectAll().execute()
      expect(JSON.stringify(rows)).not.toContain('v1:a')
    })

    test('records nothing of a person on the suppression list, and of the others what they said', async () => {
      await ledger.suppress(['v1:a'])
      await expect(ledger.append([record('v1:b', granted), record('v1:a', granted)])).rejects.toMatchObject({ code: 'SUBJECT_ERASED' })
      expect(await ledger.current(['v1:a', 'v1:b'])).toEqual(new Map())
      const stated = [record('v1:a', granted), record('v1:b', granted)].map((one) => ({ ...one, receivedTime: '2026-11-02T09:00:00.000Z' }))
      expect(await ledger.appendEffects(stated, (_current, decision) => decision)).toHaveLength(1)
      expect([...(await ledger.current(['v1:a', 'v1:b'])).keys()]).toEqual(['v1:b'])
    })

    test('records what a person decides whose request for erasure is not decided about', async () => {
      await ledger.suppress(['v1:a'], 'request')
      expect(await ledger.append([record('v1:a', granted)])).toHaveLength(1)
      expect(
        await ledger.appendEffects([{ ...record('v1:a', withdrawn), receivedTime: '2026-11-02T09:00:00.000Z' }], (_current, decision) => decision),
      ).toHaveLength(1)
    })

    test('keeps nothing of a person who decides while they are being erased', async () => {
      const deciding = Array.from({ length: 20 }, (_, i) => ledger.append([record('v1:a', i % 2 ? granted : withdrawn)]).catch(() => []))
      const erasing = ledger.suppress(['v1:a']).then(() => ledger.erase(['v1:a']))
      await Promise.all([...deciding, erasing])
      expect(await ledger.current(['v1:a'])).toEqual(new Map())
      const rows = await db.selectFrom('consent_records').select('subject_ref').execute()
      expect(rows.filter(({ subject_ref }) => subject_ref === 'v1:a')).toEqual([])
      expect(await ledger.verify()).toMatchObject({ intact: true })
    })

    test('does not fork when two processes migrate and append at once, and both get the same pseudonyms', async () => {
      const fresh = await createPlace()
      const start = (name: string) => promisify(execFile)(process.execPath, [appender, JSON.stringify(fresh.location), '25', name])
      const [one, two] = await Promise.all([start('one'), start('two')])
      const shared = await connectLedger(fresh.location)
      expect(await createLedger(shared, { now: () => new Date(), newId: randomUUID }).verify()).toEqual({ intact: true, records: 50, faults: [] })
      expect(JSON.parse(one.stdout)).toHaveLength(25)
      expect(JSON.parse(one.stdout)).toEqual(JSON.parse(two.stdout))
      await shared.destroy()
      await fresh.remove()
    })

    test('holds when many appends are under way in one process', async () => {
      await Promise.all(Array.from({ length: 40 }, (_, i) => ledger.append([record(`v1:${i % 7}`, i % 2 ? granted : withdrawn)])))
      expect(await ledger.verify()).toEqual({ intact: true, records: 40, faults: [] })
    })
  })

  describe('the latest decisions', () => {
    test('follow the sequence, whatever the times say', async () => {
      await ledger.append([{ ...record('v1:a', granted), receivedTime: '2026-12-01T00:00:00.000Z' }])
      await ledger.append([{ ...record('v1:a', withdrawn), receivedTime: '2026-11-01T00:00:00.000Z' }])
      const current = await ledger.current(['v1:a', 'v1:nobody'])
      expect(current).toEqual(new Map([['v1:a', new Map([['web_analytics', { state: 'withdrawn', sequence: 2, receivedAt: '2026-11-01T00:00:00.000Z' }]])]]))
    })

    test('are found for thousands of subjects at once', async () => {
      const refs = Array.from({ length: 5_000 }, (_, i) => `v1:${i}`)
      await ledger.append(refs.map((ref) => record(ref, granted)))
      expect((await ledger.current(refs)).size).toBe(5_000)
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 5_000 })
    })

    test('take up only what has an effect, judged at the moment of appending', async () => {
      const stated = (...decisions: Decision[]): StatedRecord => ({ ...record('v1:a', ...decisions), receivedTime: '2026-11-02T00:00:00.000Z' })
      const unlessSame = (current: { state: string } | undefined, decision: Decision) => (current?.state === decision.state ? undefined : decision)
      expect(await ledger.appendEffects([stated(granted), stated(granted), stated(withdrawn)], unlessSame)).toHaveLength(2)
      expect(await ledger.appendEffects([stated(withdrawn)], unlessSame)).toEqual([])
      expect(await ledger.verify()).toMatchObject({ intact: true, records: 2 })
    })
  })

  test('remembers whom it suppresses, however often it is told', async () => {
    await ledger.suppress(['v1:a', 'v1:b'])
    await ledger.suppress(['v1:b'])
    expect(await ledger.suppressed(['v1:b', 'v1:c'])).toEqual(new Map([['v1:b', null]]))
    expect(await ledger.suppressed([])).toEqual(new Map())
  })

  test('migrates twice without harm', async () => {
    await ledger.append([record('v1:a', granted)])
    await migrateLedger(db)
    expect(await ledger.verify()).toMatchObject({ intact: true, records: 1 })
  })

  describe('the vault', () => {
    const wanted = { subjectRef: 'v1:a', purpose: 'web_analytics' } as const

    test('gives a customer one pseudonym per purpose for good', async () => {
      const first = await vault.pseudonyms([wanted, { ...wanted, purpose: 'ad_measurement' }, wanted])
      expect([...first.values()]).toEqual([expect.stringMatching(/^v1:ads:[0-9a-f]{32}$|^v1:web:[0-9a-f]{32}$/), expect.any(String)])
      expect(new Set([...first.values()].map((pseudonym) => pseudonym.slice(-32))).size).toBe(2)
      expect(await vault.pseudonyms([wanted])).toEqual(new Map(first))
    })

    test('makes nothing for a purpose that nobody asked for', async () => {
      await vault.pseudonyms([wanted])
      expect(await db.selectFrom('subject_pseudonyms').select('purpose').execute()).toEqual([{ purpose: 'web_analytics' }])
    })

    test('forgets a customer: the next pseudonym is another one', async () => {
      const [before] = (await vault.pseudonyms([wanted])).values()
      expect(await vault.forget(['v1:a'])).toBe(1)
      const [after] = (await vault.pseudonyms([wanted])).values()
      expect(after).not.toBe(before)
    })
  })
}
