import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CollectedEvent, mostTogether, type SealedEvents, sealedEvents } from '@kanalblick/stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collected } from './fixture.ts'
import type { Keyring } from './keyring.ts'
import { openKeyring } from './keyring-files.ts'

const hourMs = 3_600_000
const masterKey = new Uint8Array(32).fill(1)
const event = collected({ received_at: '2026-11-23T10:15:00.000Z', context: { utm_source: 'größer' } })

let directory: string
let nowMs: number
const open = (key: Uint8Array = masterKey) => openKeyring({ directory, masterKey: key, now: () => new Date(nowMs) })
const seal = (keyring: Keyring, event: CollectedEvent) => keyring.seal([event])[0] as SealedEvents
const codeOf = (work: () => unknown) => {
  try {
    work()
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  }
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kanalblick-keys-'))
  nowMs = Date.parse('2026-11-23T10:20:00.000Z')
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('sealed events', () => {
  test('open to what was sealed, in any process with the same keys', () => {
    const sealed = seal(open(), event)
    expect(sealed).toMatchObject({ id: [event.id], version: [1], channel: 'web', key_id: '2026-11-23T10' })
    expect(JSON.stringify(sealed)).not.toContain('device-4711')
    expect(open().open(sealed)).toEqual([event])
  })

  test('of one arrival are sealed together, in order, in records of bounded size', () => {
    const keyring = open()
    const events = Array.from({ length: 2 * mostTogether + 1 }, () => collected({ received_at: event.received_at }))
    const sealed = keyring.seal(events)
    expect(sealed.map(({ id }) => id.length)).toEqual([mostTogether, mostTogether, 1])
    expect(sealed.flatMap((one) => keyring.open(one))).toEqual(events)
    for (const one of sealed) expect(sealedEvents.parse(one)).toEqual(one)
  })

  test('that are large are sealed in smaller groups, and alone when they fill a record by themselves', () => {
    const keyring = open()
    const of = (length: number) => collected({ received_at: event.received_at, data: { url_path: `/${'x'.repeat(length)}` } })
    const events = [of(25_000), of(25_000), of(25_000), of(900_000), of(1)]
    const sealed = keyring.seal(events)
    expect(sealed.map(({ id }) => id.length)).toEqual([2, 1, 1, 1])
    expect(sealed.flatMap((one) => keyring.open(one))).toEqual(events)
  })

  test('never look the same twice', () => {
    const keyring = open()
    expect(new Set(Array.from({ length: 2_000 }, () => seal(keyring, event).sealed)).size).toBe(2_000)
  })

  test.each<[string, Partial<SealedEvents>]>([
    ['another id', { id: ['018f0000-0000-8000-8000-000000000000'] }],
    ['another version', { version: [2] }],
    ['another time', { received_at: '2026-11-23T10:15:00.001Z' }],
    ['another channel', { channel: 'pos' }],
    ['one event more', { id: [event.id, event.id], version: [1, 1] }],
    ['no events', { id: [], version: [] }],
    ['another hour', { key_id: '2026-11-23T09' }],
    ['a path for a key', { key_id: '../root' }],
    ['no payload', { sealed: '' }],
    ['a short payload', { sealed: 'AAAA' }],
  ])('cannot be opened with %s', (_what, change) => {
    const keyring = open()
    seal(keyring, { ...event, received_at: '2026-11-23T09:15:00.000Z' })
    expect(keyring.open({ ...seal(keyring, event), ...change })).toBeUndefined()
  })

  test('cannot be opened when a single bit was changed', () => {
    const keyring = open()
    const sealed = seal(keyring, event)
    const bytes = Buffer.from(sealed.sealed, 'base64')
    for (const place of [0, 20, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[place] = (changed[place] as number) ^ 1
      expect(keyring.open({ ...sealed, sealed: changed.toString('base64') })).toBeUndefined()
    }
  })
})

describe('payload keys', () => {
  test('are destroyed once retention has passed, and not a moment earlier', () => {
    const keyring = open()
    const sealed = seal(keyring, event)
    const end = Date.parse('2026-11-23T11:00:00.000Z') + 72 * hourMs
    nowMs = end - 1
    expect(keyring.destroyExpired(nowMs)).toBe(0)
    expect(keyring.open(sealed)).toEqual([event])
    nowMs = end
    expect(keyring.open(sealed)).toBeUndefined()
    expect(keyring.destroyExpired(nowMs)).toBe(1)
    expect(readdirSync(join(directory, 'payload'))).toEqual(['destroyed-through'])
  })

  test('that were destroyed are never made again, even by a process whose clock is late', () => {
    const sealed = seal(open(), event)
    open().destroyExpired(nowMs + 80 * hourMs)
    const late = open()
    expect(late.open(sealed)).toBeUndefined()
    expect(codeOf(() => seal(late, event))).toBe('KEYRING_HOUR_CLOSED')
  })

  test('are refused for hours that are past retention or far ahead', () => {
    const keyring = open()
    for (const received_at of ['2026-11-20T09:59:59.999Z', '2026-11-23T12:00:00.000Z'])
      expect(codeOf(() => seal(keyring, { ...event, received_at }))).toBe('KEYRING_HOUR_CLOSED')
    expect(codeOf(() => seal(keyring, { ...event, received_at: '2026-11-20T10:00:00.000Z' }))).toBeUndefined()
  })

  test('that are damaged cost the events of their hour alone', () => {
    const keyring = open()
    const sealed = seal(keyring, event)
    const other = seal(keyring, { ...event, received_at: '2026-11-23T09:15:00.000Z' })
    const file = join(directory, 'payload', '2026-11-23T10.key')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/.{6}\n$/, 'AAAAA=\n'))
    expect(open().open(sealed)).toBeUndefined()
    expect(open().open(other)).toMatchObject([{ id: event.id }])
  })
})

describe('derived keys', () => {
  test('give the same event the same id in every process, as a UUID of version 8', () => {
    const id = open().eventId('shop:1/order', 'A-10023')
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(open().eventId('shop:1/order', 'A-10023')).toBe(id)
  })

  test('do not let one part run into the next', () => {
    const keyring = open()
    expect(keyring.eventId('a', 'bc')).not.toBe(keyring.eventId('ab', 'c'))
    expect(keyring.mac('order-key', 'a', '')).not.toBe(keyring.mac('order-key', 'a'))
  })

  test('differ by use and by tenant', () => {
    const keyring = open()
    expect(keyring.mac('order-key', 'x')).toMatch(/^[0-9a-f]{32}$/)
    expect(keyring.mac('order-key', 'x')).not.toBe(keyring.mac('session-key', 'x'))
    const before = keyring.mac('order-key', 'x')
    rmSync(join(directory, 'root.key'))
    expect(open().mac('order-key', 'x')).not.toBe(before)
  })
})

describe('the key directory', () => {
  test('is readable for its user alone and holds no key in the clear', () => {
    const keyring = open()
    seal(keyring, event)
    for (const file of ['root.key', 'payload/2026-11-23T10.key']) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600)
    expect(statSync(join(directory, 'payload')).mode & 0o777).toBe(0o700)
    expect(readdirSync(directory).toSorted()).toEqual(['payload', 'root.key'])
  })

  test('says so when the master key is another one', () => {
    open()
    expect(codeOf(() => open(new Uint8Array(32).fill(2)))).toBe('KEYRING_WRONG_MASTER_KEY')
    expect(codeOf(() => open(new Uint8Array(16)))).toBe('KEYRING_WRONG_MASTER_KEY')
  })

  test('says so when the root key is damaged', () => {
    open()
    writeFileSync(join(directory, 'root.key'), 'nonsense')
    expect(codeOf(() => open())).toBe('KEYRING_DAMAGED')
  })

  test('says so when it cannot be used', () => {
    rmSync(directory, { recursive: true })
    writeFileSync(directory, '')
    expect(codeOf(() => open())).toBe('KEYRING_UNUSABLE')
    rmSync(directory)
    mkdirSync(directory)
  })
})
