/**
 * The keys of zone identity. One root key per tenant, from which a key for each use is derived (HKDF-SHA-256), and one random payload
 * key per UTC hour, destroyed when retention passes: then no copy of what was sealed with it can be read again, wherever it lies.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type Hmac, hkdfSync, type KeyObject, randomFillSync } from 'node:crypto'
import { type CollectedEvent, type Parcel, packEvents, type SealedEvents, topics, unpackEvents } from '@kanalblick/stream'

export type KeyUse = 'event-id' | 'order-key' | 'order-token' | 'request-plan' | 'session-key' | 'session-token' | 'subject-ref' | `pseudonym/${string}`

/** All functions are synchronous and free of `this`: they may be handed on by themselves. */
export interface Keyring {
  /**
   * Encrypts the events of one arrival, in as few records as they fit in, with the key of the hour they were received.
   * @throws KeyringError KEYRING_HOUR_CLOSED when that key is past retention
   */
  readonly seal: (events: readonly CollectedEvent[]) => SealedEvents[]
  /** `undefined` when the key is destroyed or the record is not what was sealed, in the clear part or in the rest. */
  readonly open: (sealed: SealedEvents) => CollectedEvent[] | undefined
  /** The deterministic id of an event: a UUID (version 8) that tells nothing about the native id. */
  readonly eventId: (namespace: string, nativeId: string) => string
  /** HMAC-SHA-256, cut to 128 bits, as 32 hex digits. */
  readonly mac: (use: KeyUse, ...parts: string[]) => string
  /** Destroys the payload keys that retention has passed. @returns how many */
  readonly destroyExpired: (nowMs: number) => number
}

/** Where payload keys live. Hours count from the epoch. */
export interface PayloadKeys {
  /** `undefined` when there is none (any more). */
  read(hour: number): Buffer | undefined
  /** The hour's key, made if there is none yet; `undefined` when it was destroyed. Processes that ask at once get the same key. */
  readOrCreate(hour: number): Buffer | undefined
  /** Destroys all keys up to this hour, and keeps in mind never to make them again. @returns how many */
  destroyThrough(hour: number): number
}

export type KeyringCode = 'KEYRING_WRONG_MASTER_KEY' | 'KEYRING_DAMAGED' | 'KEYRING_UNUSABLE' | 'KEYRING_HOUR_CLOSED'

export class KeyringError extends Error {
  readonly code: KeyringCode
  constructor(code: KeyringCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KeyringError'
    this.code = code
  }
}

const hourMs = 3_600_000
const retentionHours = topics['events.collected.v1'].retentionMs / hourMs
/** The last hour of which everything is past retention. */
const lastExpiredHour = (nowMs: number) => Math.floor(nowMs / hourMs) - retentionHours - 1

/** `2026-11-23T14`: the name of an hour's key. */
export const hourName = (hour: number): string => new Date(hour * hourMs).toISOString().slice(0, 13)
export function hourOf(name: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\dT\d\d$/.test(name) ? Date.parse(`${name}:00:00Z`) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms / hourMs
}

export interface KeyringParts {
  readonly rootKey: Uint8Array
  readonly payloadKeys: PayloadKeys
  readonly now: () => Date
}

export function createKeyring({ rootKey, payloadKeys, now }: KeyringParts): Keyring {
  const hmac = createHmacs(rootKey)
  const nextNonce = createNonces()
  const hours = new Map<number, { readonly name: string; readonly key: KeyObject }>()

  const forgetThrough = (through: number) => {
    for (const hour of hours.keys()) if (hour <= through) hours.delete(hour)
  }

  function hourKey(hour: number, find: (hour: number) => Buffer | undefined) {
    const known = hours.get(hour)
    if (known) return known
    const bytes = find(hour)
    if (!bytes) return undefined
    // Other threads and processes destroy keys too: what they destroyed is kept no longer than until the key of another hour is learnt.
    forgetThrough(lastExpiredHour(now().getTime()))
    const entry = { name: hourName(hour), key: createSecretKey(bytes) }
    hours.set(hour, entry)
    return entry
  }

  function sealParcel({ clear, text }: Parcel): SealedEvents {
    const hour = Math.floor(Date.parse(clear.received_at) / hourMs)
    const nowMs = now().getTime()
    const open = hour > lastExpiredHour(nowMs) && hour <= Math.floor(nowMs / hourMs) + 1
    const key = open ? hourKey(hour, payloadKeys.readOrCreate) : undefined
    if (!key)
      throw new KeyringError('KEYRING_HOUR_CLOSED', `No event received in the hour ${hourName(hour)} can be sealed now: check the clock of this machine.`)
    const { received_at, channel, id, version } = clear
    return { received_at, channel, id, version, key_id: key.name, sealed: encrypt(key.key, nextNonce(), boundTo(clear, key.name), text) }
  }

  return {
    mac: (use, ...parts) => hmac(use, parts).digest('hex').slice(0, 32),
    eventId: (namespace, nativeId) => uuid8(hmac('event-id', [namespace, nativeId]).digest()),
    seal: (events) => packEvents(events).map(sealParcel),
    open(sealed) {
      const hour = hourOf(sealed.key_id)
      if (hour === undefined || hour <= lastExpiredHour(now().getTime())) return undefined
      const key = hourKey(hour, payloadKeys.read)
      const text = key && decrypt(key.key, boundTo(sealed, sealed.key_id), sealed.sealed)
      return text === undefined ? undefined : unpackEvents({ clear: sealed, text })
    },
    destroyExpired(nowMs) {
      const through = lastExpiredHour(nowMs)
      forgetThrough(through)
      return payloadKeys.destroyThrough(through)
    },
  }
}

/** The associated data: whoever can write to the log could move what is sealed to another clear part. */
const boundTo = ({ received_at, channel, id, version }: Parcel['clear'], keyName: string): string =>
  JSON.stringify([keyName, received_at, channel, id, version])

function createHmacs(rootKey: Uint8Array): (use: KeyUse, parts: readonly string[]) => Hmac {
  const keys = new Map<KeyUse, KeyObject>()
  const keyFor = (use: KeyUse) => {
    const known = keys.get(use)
    if (known) return known
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', rootKey, new Uint8Array(), `kanalblick/1/${use}`, 32)))
    keys.set(use, key)
    return key
  }
  return (use, parts) => {
    let message = ''
    // With its length before it no part can run into the next.
    for (const part of parts) message += `${part.length}:${part}`
    return createHmac('sha256', keyFor(use)).update(message)
  }
}

function uuid8(bytes: Buffer): string {
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const nonceBytes = 12
const tagBytes = 16

/** Random nonces, drawn many at a time. */
function createNonces(): () => Buffer {
  const pool = Buffer.alloc(nonceBytes * 512)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    used += nonceBytes
    return pool.subarray(used - nonceBytes, used)
  }
}

function encrypt(key: KeyObject, nonce: Buffer, bound: string, text: string): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(bound))
  const body = cipher.update(text, 'utf8')
  cipher.final()
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64')
}

function decrypt(key: KeyObject, bound: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length < nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
  const body = decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return body.toString('utf8')
}
