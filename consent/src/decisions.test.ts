import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectLedger } from './connect.ts'
import { createKnownDecisions } from './decisions.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { migrateLedger } from './migrate.ts'
import type { DecisionState, NewConsentRecord } from './record.ts'

let db: Awaited<ReturnType<typeof connectLedger>>
let ledger: Ledger
let asked: string[][]

beforeEach(async () => {
  db = await connectLedger({ path: ':memory:' })
  await migrateLedger(db)
  ledger = createLedger(db, { now: () => new Date('2026-11-23T10:00:00.000Z'), newId: randomUUID })
  asked = []
})
afterEach(() => db.destroy())

const record = (subjectRef: string, state: DecisionState): NewConsentRecord => ({
  subjectRef,
  subjectRefKind: 'device',
  decisions: [{ purpose: 'web_analytics', state, basis: '6-1-a' }],
  notice: { version: '1' },
  mechanism: 'toggle_save',
  origin: 'api',
  jurisdiction: 'DE',
  language: 'de',
  eventTime: '2026-11-23T09:00:00.000Z',
})

/** What a stage knows, and how often it had to look. */
function knowing() {
  const known = createKnownDecisions({
    changedSince: ledger.changedSince,
    current(refs) {
      asked.push([...refs])
      return ledger.current(refs)
    },
  })
  return async (...refs: string[]) => {
    const decisions = await known.current(refs)
    return refs.map((ref) => decisions.get(ref)?.get('web_analytics')?.state)
  }
}

test('asks for a subject once, also when nothing is known of it', async () => {
  await ledger.append([record('v1:a', 'granted')])
  const states = knowing()
  expect(await states('v1:a', 'v1:b')).toEqual(['granted', undefined])
  expect(await states('v1:a', 'v1:b', 'v1:c')).toEqual(['granted', undefined, undefined])
  expect(asked).toEqual([['v1:a', 'v1:b'], ['v1:c']])
})

test('knows what anybody appended before it was asked', async () => {
  await ledger.append([record('v1:a', 'granted'), record('v1:b', 'granted')])
  const states = knowing()
  expect(await states('v1:a', 'v1:b', 'v1:c')).toEqual(['granted', 'granted', undefined])
  await ledger.append([record('v1:a', 'withdrawn'), record('v1:c', 'granted')])
  expect(await states('v1:a', 'v1:b', 'v1:c')).toEqual(['withdrawn', 'granted', 'granted'])
  expect(asked.at(-1)).toEqual(['v1:a', 'v1:c'])
})

test('forgets everything when the ledger is another one', async () => {
  await ledger.append([record('v1:a', 'granted')])
  const states = knowing()
  expect(await states('v1:a')).toEqual(['granted'])
  for (const table of ['consent_current', 'consent_records'] as const) await db.deleteFrom(table).execute()
  await db.updateTable('consent_chain').set({ sequence: 0 }).execute()
  expect(await states('v1:a')).toEqual([undefined])
})

test('asks again after a question that failed', async () => {
  const states = knowing()
  expect(await states('v1:a')).toEqual([undefined])
  await ledger.append([record('v1:a', 'granted')])
  const { current } = ledger
  ledger.current = () => Promise.reject(new Error('the database is gone'))
  await expect(states('v1:a')).rejects.toThrow('the database is gone')
  ledger.current = current
  expect(await states('v1:a')).toEqual(['granted'])
})
