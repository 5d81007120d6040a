import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, type LogRecord, type NewRecord, recordWith, type SubjectKeys, type TopicName, toNewRecords, topics, valuesIn } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collected, createFixture, order } from '../fixture.ts'
import { createNames } from '../names.ts'
import { createTopicStores } from './topic-stores.ts'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const erika = { kind: 'email', value: 'erika@example.com' } as const
const max = { kind: 'email', value: 'max@example.com' } as const
const hourMs = 3_600_000

let fixture: Awaited<ReturnType<typeof createFixture>>
let folder: string
let log: Log
beforeEach(async () => {
  fixture = await createFixture()
  folder = mkdtempSync(join(tmpdir(), 'kanalblick-topics-'))
  log = openEmbeddedLog({ path: join(folder, 'log.db'), logger: silent, now: () => fixture.clock.ms })
})
afterEach(async () => {
  await log.close()
  await fixture.close()
  rmSync(folder, { recursive: true })
})

function storeOf(name: TopicName, of: Log = log) {
  const { keyring, config } = fixture
  const store = createTopicStores({ log: of, keyring, names: createNames(keyring, config), config, now: () => new Date(fixture.clock.ms) }).find(
    (one) => one.name === name,
  )
  return store ?? expect.fail(`there is a store for ${name}`)
}
const record = (topic: TopicName, value: unknown): NewRecord => ({ topic, key: randomUUID(), value: new TextEncoder().encode(JSON.stringify(value)) })
const append = (topic: TopicName, ...values: unknown[]) => log.append(values.map((value) => record(topic, value)))
const keysOf = (keys: Partial<SubjectKeys>): SubjectKeys => ({ refs: [], pseudonyms: [], orderKeys: [], sessionKeys: [], ...keys })

async function rowsOf(name: TopicName, keys: SubjectKeys): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for await (const row of storeOf(name).rows(keys)) rows.push(row)
  return rows
}
const idsIn = (rows: readonly Record<string, unknown>[]) => rows.map(({ id }) => String(id)).toSorted()

describe('what collectors sealed', () => {
  const ofErika = () => keysOf({ refs: [fixture.refOf(erika)] })

  test('is opened, and of a record with several persons only theirs is handed out', async () => {
    const [first, second] = [order(), order({ identifiers: [{ kind: 'email', value: ' ERIKA@example.com' }] })]
    await append('events.collected.v1', fixture.sealTogether(first, order({ identifiers: [max] }), second), fixture.sealAlone(collected()))
    expect(await rowsOf('events.collected.v1', ofErika())).toEqual([first, second])
  })

  test('stays, and is told to be unreadable 72 hours after the last of it', async () => {
    await append('events.collected.v1', fixture.sealAlone(order()))
    fixture.clock.ms += hourMs
    await append('events.collected.v1', fixture.sealTogether(order(), order({ identifiers: [max] })))
    fixture.clock.ms += hourMs
    await append('events.collected.v1', fixture.sealAlone(order({ identifiers: [max] })))
    const store = storeOf('events.collected.v1')
    const until = new Date(fixture.clock.ms - hourMs + 72 * hourMs).toISOString()
    const held = [{ what: 'collected_events', rows: 2, onErasure: 'expire', reason: 'key_expiry', until }]
    expect(await store.holdings(ofErika())).toEqual(held)
    await store.erase(ofErika())
    expect([await store.holdings(ofErika()), await store.remaining(ofErika())]).toEqual([held, 0])
  })

  test('is nobody’s once its key is destroyed, or when it is no record of ours', async () => {
    await append('events.collected.v1', fixture.sealAlone(order()), 'nonsense', null, { key_id: 'x', sealed: 'y' })
    const { keyring } = fixture
    expect(await storeOf('events.collected.v1').holdings(ofErika())).toHaveLength(1)
    keyring.destroyExpired(fixture.clock.ms + 80 * hourMs)
    expect(await storeOf('events.collected.v1').holdings(ofErika())).toEqual([])
  })

  test('is found in a dead letter of the consent stage, too, with the reason why it was rejected', async () => {
    const [theirs, somebodys] = [order({ data: { total_net_minor: 'free' } }), order({ identifiers: [max], data: { total_net_minor: 'free' } })]
    const { outputs } = await fixture.process(theirs, somebodys)
    await log.append(toNewRecords(outputs))
    const rejection = { stage: 'consent', reason: 'event_invalid', cause: expect.stringContaining('total_net_minor'), rejected_at: expect.any(String) }
    expect(await rowsOf('rejected.consent.v1', ofErika())).toEqual([{ ...theirs, ...rejection }])
    expect(await storeOf('rejected.consent.v1').holdings(ofErika())).toMatchObject([{ what: 'dead_letters', rows: 1, onErasure: 'expire' }])
  })
})

const event = (given: Record<string, unknown> = {}) => ({
  id: randomUUID(),
  subject_web: null,
  subject_ads: null,
  subject_profile: null,
  session_key: null,
  order_key: null,
  type: 'page_viewed',
  ...given,
})

describe.each(['events.consented.v1', 'events.enriched.v1', 'rejected.transform.v1'] as const)('pseudonymous events in %s', (name) => {
  const letterOf = (value: unknown) => ({
    id: randomUUID(),
    stage: 'transform',
    reason: 'event_invalid',
    cause: 'data (invalid_type)',
    rejected_at: '2026-11-23T10:15:30.000Z',
    record: Buffer.from(JSON.stringify(value)).toString('base64'),
  })
  /** As the stage writes its dead letters, or the event as it is. */
  const put = (...events: object[]) => append(name, ...events.map((one) => (name === 'rejected.transform.v1' ? letterOf(one) : one)))
  const theirs = keysOf({ refs: ['v1:ref'], pseudonyms: ['v1:web:1', 'v1:ads:1', 'v1:profile:1'], orderKeys: ['v1:order-1'] })

  test('are found by any pseudonym, and by an order that names nobody', async () => {
    const found = [event({ subject_web: 'v1:web:1' }), event({ subject_ads: 'v1:ads:1' }), event({ subject_profile: 'v1:profile:1' })]
    const refund = event({ type: 'order_refunded', order_key: 'v1:order-1' })
    await put(...found, refund, event({ subject_web: 'v1:web:2' }), event({ order_key: 'v1:order-2' }), event())
    expect(idsIn(await rowsOf(name, theirs))).toEqual(idsIn([...found, refund]))
  })

  test('of their session without a subject are found wherever they stand, those of others in it are not', async () => {
    const session = { session_key: 'v1:session-1' }
    const [before, named, after] = [event(session), event({ ...session, subject_web: 'v1:web:1' }), event(session)]
    await put(before, named, event({ ...session, subject_web: 'v1:web:2' }), after, event({ session_key: 'v1:session-2' }))
    expect(idsIn(await rowsOf(name, theirs))).toEqual(idsIn([before, named, after]))
  })

  test('are erased from a log that can do that; others stay, and doing it again changes nothing', async () => {
    const others = [event({ subject_web: 'v1:web:2', session_key: 'v1:session-1' }), event({ order_key: 'v1:order-2' })]
    await put(event({ subject_web: 'v1:web:1', session_key: 'v1:session-1' }), event({ session_key: 'v1:session-1' }), ...others)
    const store = storeOf(name)
    expect(await store.holdings(theirs)).toEqual([{ what: expect.any(String), rows: 2, onErasure: 'delete' }])
    expect(await store.remaining(theirs)).toBe(2)
    for (let time = 0; time < 2; time++) {
      await store.erase(theirs)
      expect([await store.holdings(theirs), await rowsOf(name, theirs), await store.remaining(theirs)]).toEqual([[], [], 0])
    }
    expect(idsIn(await rowsOf(name, keysOf({ pseudonyms: ['v1:web:2'], orderKeys: ['v1:order-2'] })))).toEqual(idsIn(others))
  })

  test('in a log that cannot erase are told to end with the retention of the last of them', async () => {
    await put(event({ subject_web: 'v1:web:1' }))
    fixture.clock.ms += hourMs
    await put(event({ subject_web: 'v1:web:1' }))
    fixture.clock.ms += hourMs
    await put(event({ subject_web: 'v1:web:2' }))
    const store = storeOf(name, { ...log, canErase: false })
    const until = new Date(fixture.clock.ms - hourMs + 7 * 24 * hourMs).toISOString()
    expect(await store.holdings(theirs)).toEqual([{ what: expect.any(String), rows: 2, onErasure: 'expire', reason: 'topic_retention', until }])
    await store.erase(theirs)
    expect(await store.remaining(theirs)).toBe(0)
  })
})

describe.each(['events.consented.v1', 'events.enriched.v1'] as const)('events that share a record of %s', (name) => {
  const keys = keysOf({ pseudonyms: ['v1:web:1'] })
  const whole = (given: Record<string, unknown>) => ({
    ...Object.fromEntries(Object.keys(topics[name].columns.unpack({ id: ['x'] })?.[0] as object).map((field) => [field, ''])),
    ...event(given),
  })

  test('are found one by one, and erased without their neighbours', async () => {
    const [before, theirs, between, alsoTheirs, after] = ['v1:web:2', 'v1:web:1', null, 'v1:web:1', 'v1:web:2'].map((subject_web) => whole({ subject_web }))
    await log.append([{ topic: name, ...recordWith(name, [before, theirs, between, alsoTheirs, after]) }])
    expect(idsIn(await rowsOf(name, keys))).toEqual(idsIn([theirs, alsoTheirs] as Record<string, unknown>[]))
    const store = storeOf(name)
    for (let time = 0; time < 2; time++) {
      await store.erase(keys)
      expect([await store.holdings(keys), await store.remaining(keys)]).toEqual([[], 0])
    }
    const left: unknown[] = []
    for await (const { records } of log.scan(name)) for (const { value } of records) left.push(...valuesIn(name, value))
    expect(left).toEqual([before, between, after])
  })

  test.each([1, 2])('do not go on under the id of an erased one that stood first, with %i of them left', async (count) => {
    const theirs = whole({ subject_web: 'v1:web:1' })
    const others = Array.from({ length: count }, () => whole({ subject_web: 'v1:web:2' }))
    await log.append([{ topic: name, ...recordWith(name, [theirs, ...others]) }])
    await storeOf(name).erase(keys)
    const left: LogRecord[] = []
    for await (const { records } of log.scan(name)) left.push(...records)
    expect(left.map(({ key }) => key)).toEqual([others[0]?.['id']])
  })

  test('leave an erased record when all of them go', async () => {
    const together = [whole({ subject_web: 'v1:web:1' }), whole({ subject_web: 'v1:web:1' })]
    await log.append([{ topic: name, ...recordWith(name, together) }])
    await storeOf(name).erase(keys)
    const left: unknown[] = []
    for await (const batch of log.scan(name)) left.push(batch)
    expect(left).toEqual([])
    await log.close()
    const bytes = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'))
    for (const { id } of together) expect(bytes.join()).not.toContain(id)
  })
})

test('counting writes nothing to the log', async () => {
  await append('events.consented.v1', event({ subject_web: 'v1:web:1' }))
  const files = () => readdirSync(folder).map((name) => [name, statSync(join(folder, name), { bigint: true }).mtimeNs])
  const before = files()
  expect(await storeOf('events.consented.v1').holdings(keysOf({ pseudonyms: ['v1:web:1'] }))).toHaveLength(1)
  expect(files()).toEqual(before)
})

test('nobody is found by no keys', async () => {
  await append('events.collected.v1', fixture.sealAlone(order()))
  await append('events.consented.v1', event(), event({ session_key: 'v1:session-1' }))
  for (const name of ['events.collected.v1', 'events.consented.v1'] as const) expect(await storeOf(name).holdings(keysOf({}))).toEqual([])
})
