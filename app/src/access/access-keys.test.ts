import { connectLedger } from '@kanalblick/consent'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AccessKeys, openAccessKeys } from './access-keys.ts'

let db: Kysely<never>
let keys: AccessKeys
let clockMs: number
beforeEach(async () => {
  clockMs = Date.parse('2026-11-23T10:15:30.000Z')
  db = (await connectLedger({ path: ':memory:' })) as never
  keys = await openAccessKeys(db, { now: () => new Date(clockMs) })
})
afterEach(() => db.destroy())

const holdsAs = async (key: string) => [(await keys.findWriteKey(key)) !== undefined, await keys.isReadKey(key), await keys.isPrivacyKey(key)]

test('a key of one kind is none of another', async () => {
  const write = await keys.create({ kind: 'write', channel: 'shop', channelInstance: 'shop:main', origins: [] })
  const read = await keys.create({ kind: 'read' })
  const privacy = await keys.create({ kind: 'privacy' })
  expect(privacy.key).toMatch(/^kb_privacy_[A-Za-z0-9_-]{43}$/)
  // Twice: the second answer is a remembered one.
  for (let time = 0; time < 2; time++) {
    expect(await holdsAs(write.key)).toEqual([true, false, false])
    expect(await holdsAs(read.key)).toEqual([false, true, false])
    expect(await holdsAs(privacy.key)).toEqual([false, false, true])
  }
  expect(await holdsAs(privacy.key.replace('privacy', 'read'))).toEqual([false, false, false])
})

test('a privacy key is listed by its kind, without what it is made of, and belongs to no channel', async () => {
  const { id, key } = await keys.create({ kind: 'privacy' })
  const listed = await keys.list()
  expect(listed).toEqual([{ id, kind: 'privacy', channel: '', channel_instance: '', origins: '[]', created_at: '2026-11-23T10:15:30.000Z', revoked_at: null }])
  expect(JSON.stringify(listed)).not.toContain(key)
  expect(await keys.isKnownOrigin('https://shop.example')).toBe(false)
})

test('a revoked privacy key is refused within five seconds, and cannot be revoked twice', async () => {
  const { id, key } = await keys.create({ kind: 'privacy' })
  expect(await keys.isPrivacyKey(key)).toBe(true)
  expect([await keys.revoke(id), await keys.revoke(id)]).toEqual([true, false])
  clockMs += 5_000
  expect(await keys.isPrivacyKey(key)).toBe(false)
})
