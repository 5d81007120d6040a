/** How a person is named in every store: what an erasure works by, and must not lose while it deletes what it was derived from. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { retentionDays, type SubjectKeys, type SubjectStore } from '@kanalblick/stream'
import type { ConsentConfig } from '../config.ts'
import type { Keyring } from '../keyring.ts'
import { pseudonymsOf } from '../subject.ts'
import type { SubjectIndex } from '../subject-index.ts'
import type { Vault } from '../vault.ts'
import { ordersOf, type PersonIdentifier } from './person.ts'

interface PlanParts {
  readonly index: Pick<SubjectIndex, 'links' | 'orderKeys' | 'holders'>
  readonly vault: Pick<Vault, 'known'>
  readonly keyring: Pick<Keyring, 'mac'>
  readonly config: ConsentConfig
  readonly now: () => Date
}

const dayMs = 86_400_000

/** Pseudonyms reach back as far as anything that carries one is kept, and a day ahead, as far as clocks may be wrong. */
export async function keysOf(identifiers: readonly PersonIdentifier[], { index, vault, keyring, config, now }: PlanParts): Promise<SubjectKeys> {
  const refs = identifiers.map(({ ref }) => ref)
  const nowMs = now().getTime()
  const from = new Date(nowMs - retentionDays.behaviour * dayMs).toISOString()
  const to = new Date(nowMs + dayMs).toISOString()
  const derived = pseudonymsOf(keyring, config)
  const ofOthers = identifiers.filter(({ kind }) => kind !== 'customer').flatMap(({ ref }) => derived(ref, from, to))
  return { refs, pseudonyms: [...(await vault.known(refs)), ...ofOthers], orderKeys: await ordersOf(identifiers, index), sessionKeys: [] }
}

/**
 * The keys, and those of sessions that the person's rows are in, and of orders that were placed in them by a guest: their refunds name the
 * order alone. What one store says of an order is looked for in all of them.
 */
export async function withLinkedKeys(keys: SubjectKeys, stores: readonly Pick<SubjectStore, 'rows'>[]): Promise<SubjectKeys> {
  const orders = new Set(keys.orderKeys)
  const sessions = new Set(keys.sessionKeys)
  for (let before = -1; before !== orders.size; ) {
    before = orders.size
    for (const store of stores) {
      for await (const { order_key, session_key, ...row } of store.rows({ ...keys, orderKeys: [...orders] })) {
        if (!isKey(session_key)) continue
        sessions.add(session_key)
        // Of a row with a pseudonym the index knows whose order it is; and the order may be somebody else's, paid with a shared telephone.
        const named = [row['subject_web'], row['subject_ads'], row['subject_profile']].some(isKey)
        if (isKey(order_key) && !named) orders.add(order_key)
      }
    }
  }
  return { ...keys, orderKeys: [...orders].toSorted(), sessionKeys: [...sessions].toSorted() }
}

const isKey = (value: unknown): value is string => typeof value === 'string' && value !== ''

const keyFor = (keyring: Pick<Keyring, 'mac'>, requestId: string) => Buffer.from(keyring.mac('request-plan', requestId), 'hex')

/** Encrypts the keys, so that the register holds nothing by which the person could be found. */
export function sealPlan(keys: SubjectKeys, requestId: string, keyring: Pick<Keyring, 'mac'>): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-128-gcm', keyFor(keyring, requestId), nonce)
  return Buffer.concat([nonce, cipher.update(JSON.stringify(keys), 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** @throws when the plan is not what was sealed */
export function openPlan(sealed: string, requestId: string, keyring: Pick<Keyring, 'mac'>): SubjectKeys {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-128-gcm', keyFor(keyring, requestId), bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(bytes.subarray(-16))
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')) as SubjectKeys
}
