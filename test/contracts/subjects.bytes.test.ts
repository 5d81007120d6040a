/** What is forgotten is gone from the ledger's files, whatever SQLite did with its pages before. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  connectLedger,
  createLedger,
  createLedgerStores,
  createRequestRegister,
  createSubjectIndex,
  createVault,
  type Decision,
  migrateLedger,
  type NewConsentRecord,
} from '@kanalblick/consent'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder: string
let product: Awaited<ReturnType<typeof openProduct>>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kanalblick-bytes-'))
  product = await openProduct()
})
afterEach(async () => {
  await product.db.destroy()
  rmSync(folder, { recursive: true })
})

async function openProduct() {
  const now = () => new Date()
  const db = await connectLedger({ path: join(folder, 'ledger.sqlite') })
  await migrateLedger(db)
  const parts = { db, ledger: createLedger(db, { now, newId: randomUUID }), vault: createVault(db, { now }), index: createSubjectIndex(db) }
  return { ...parts, register: createRequestRegister(db, { now }), stores: createLedgerStores(parts) }
}

const reference = () => `v1:${randomBytes(16).toString('hex')}`
/** Random, so that they lie anywhere in the trees. */
const createPerson = () => ({ customer: reference(), device: reference(), orders: Array.from({ length: 3 }, reference) })
type Person = ReturnType<typeof createPerson>

const granted: Decision = { purpose: 'web_analytics', state: 'granted', basis: '6-1-a' }
const recordOf = (subjectRef: string): NewConsentRecord => ({
  subjectRef,
  subjectRefKind: 'customer',
  decisions: [granted],
  notice: { version: '2026-01' },
  mechanism: 'toggle_save',
  origin: 'api',
  jurisdiction: 'DE',
  language: 'de-DE',
  eventTime: '2026-11-01T08:30:00.000Z',
})

async function store(people: readonly Person[]): Promise<void> {
  const { ledger, vault, index } = product
  await ledger.append(people.map(({ customer }) => recordOf(customer)))
  await vault.pseudonyms(people.map(({ customer }) => ({ subjectRef: customer, purpose: 'web_analytics' })))
  await index.remember(
    people.flatMap(({ customer, device, orders }) =>
      orders.map((orderKey) => ({
        subjects: [
          { ref: customer, kind: 'customer' as const },
          { ref: device, kind: 'device' as const },
        ],
        orderKey,
        at: '2026-11-23T10:15:00.000Z',
      })),
    ),
  )
}

const occurrences = (needles: readonly string[]) => {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
  return needles.filter((needle) => files.some((file) => file.includes(needle))).length
}

describe.each([
  ['a few neighbours', 30],
  ['thousands of neighbours, stored before and after', 3_000],
] as const)('with %s', (_how, neighbours) => {
  test('no byte of erased persons is left in any file, and all of the others', { timeout: 120_000 }, async () => {
    const erased = Array.from({ length: 5 }, createPerson)
    const others = Array.from({ length: neighbours }, createPerson)
    for (const [n, person] of erased.entries()) {
      await store(others.slice((n * neighbours) / 10, ((n + 1) * neighbours) / 10))
      await store([person])
    }
    await store(others.slice(neighbours / 2))
    // Pages are emptied and joined, with persons to be erased among them.
    const gone = others.splice(0, neighbours / 3)
    await product.index.forget(gone.flatMap(({ customer, device }) => [customer, device]))
    const pseudonyms = await product.vault.known(erased.map(({ customer }) => customer))
    const keys = {
      refs: erased.flatMap(({ customer, device }) => [customer, device]),
      pseudonyms,
      orderKeys: erased.flatMap(({ orders }) => orders),
      sessionKeys: [],
    }
    for (const [n, { customer }] of erased.entries()) {
      await product.register.open({ id: `request-${n}`, type: 'access', subject: [{ ref: customer, kind: 'customer', named: true }], verification: 'operator' })
      await product.register.change(`request-${n}`, { status: 'fulfilled' })
    }
    const needles = Object.values(keys).flat()
    expect([pseudonyms.length, occurrences(needles)]).toEqual([5, needles.length])

    for (const one of product.stores) await one.erase(keys)
    // The suppression list keeps the references of customers, to know them again.
    const kept = new Set((await product.db.selectFrom('suppressed_subjects').select('subject_ref').execute()).map(({ subject_ref }) => subject_ref))
    await product.db.deleteFrom('suppressed_subjects').execute()
    await product.index.forget([])
    expect([kept, occurrences(needles)]).toEqual([new Set(keys.refs), 0])
    expect(await product.ledger.verify()).toMatchObject({ intact: true })
    const links = await product.index.links(others.map(({ customer }) => customer))
    expect(new Set(links.map(({ linkedRef }) => linkedRef)).size).toBe(others.length)
    const some = others.slice(0, 20)
    expect(occurrences(some.flatMap(({ customer, device, orders }) => [customer, device, ...orders]))).toBe(some.length * 5)
  })
})

test('a plan is gone from the files once the request has ended', async () => {
  const plan = randomBytes(60).toString('base64')
  await product.register.open({ id: 'one', type: 'erasure', subject: [], verification: 'operator' })
  await product.register.keepPlan('one', plan)
  expect(occurrences([plan])).toBe(1)
  await product.register.change('one', { status: 'fulfilled', plan: null })
  expect(occurrences([plan])).toBe(0)
})
