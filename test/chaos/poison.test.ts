/** What no stage can read, through the collectors and straight in the topics: it ends with a reason, its neighbours are stored, nothing stops. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Batch, type NewRecord, type TopicName, valuesIn } from '@kanalblick/stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder, until } from '../support/product.ts'
import { openPipeline, type Pipeline, writeKeyOf } from './pipeline.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let pipeline: Pipeline
let url: string
beforeAll(async () => {
  folder = await temporaryFolder()
  pipeline = await openPipeline({ place: { directory: join(folder.path, 'data') } })
  url = await pipeline.http.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await pipeline.close()
  await folder.remove()
})

let orders = 0
/** An order of its own amount, which is how it is found again. */
function goodOrder(): { message: string; amountMinor: number } {
  const amountMinor = 1_000_000 + orders++
  const data = { order_id: `good-${amountMinor}`, currency: 'EUR', total_net_minor: amountMinor, items: [] }
  const message = { specversion: '1.0', id: `good-${amountMinor}`, source: 'poison', type: 'order_placed', time: '2026-03-03T10:00:00Z', data }
  return { message: JSON.stringify(message), amountMinor }
}
const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${writeKeyOf('shop')}`, 'content-type': 'application/cloudevents-batch+json', ...headers },
    body: body as string,
  })

async function ask<Row>(query: string): Promise<Row[]> {
  const result = await pipeline.warehouse?.client.query({ query, format: 'JSONEachRow' })
  return (await result?.json<Row>()) ?? []
}
const stored = async (amountMinor: number) =>
  (await ask<{ n: number }>(`select count() as n from events final where amount_minor = ${amountMinor} and type = 'order_placed'`))[0]?.n
const rejected = async () => (await ask<{ n: number }>("select uniqExact(event_id) as n from fates where outcome = 'rejected' and reason != ''"))[0]?.n ?? 0
async function drained(): Promise<void> {
  let done = false
  void pipeline.drained().then(() => {
    done = true
  })
  await until(() => done, 'every stage is past the poison', 30_000)
}

/** Events as JSON text. */
const event = (data: string, attributes = '"specversion":"1.0","source":"poison","type":"order_placed","time":"2026-03-03T10:00:00Z"') =>
  `{${attributes},"id":"poison-${randomUUID()}","data":${data}}`
const order = (fields: string) => event(`{"order_id":"${randomUUID()}","currency":"EUR","total_net_minor":1,"items":[]${fields}}`)
const typed = (type: string) => event('{}', `"specversion":"1.0","source":"poison","type":"${type}"`)
const timed = (time: string) =>
  event('{"order_id":"late","currency":"EUR","total_net_minor":1,"items":[]}', `"specversion":"1.0","source":"poison","type":"order_placed","time":"${time}"`)
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)

const poisonedEvents: Readonly<Record<string, string>> = {
  'null instead of an event': 'null',
  'a number instead of an event': '-1.5e300',
  'an array instead of an event': '[[]]',
  'an event without anything': '{}',
  'data that are text': event('"text"'),
  'an amount that is text': order(',"total_net_minor":"NaN"').replace('"total_net_minor":1,', ''),
  'an amount beyond every number': order(',"tax_minor":1e999'),
  'an amount with a fraction': order(',"tax_minor":0.1'),
  'an amount that no sum may reach': order(',"tax_minor":10000000000001'),
  'half a surrogate pair': order(',"payment_method":"\\ud800"'),
  'a key that poisons prototypes': order(',"__proto__":{"polluted":true}'),
  'a key twice': order(',"currency":"USD"'),
  'nesting beyond the limit': order(`,"items":${nested(100, '[', ']')}`),
  'five thousand and one lines': order(`,"items":[${Array(5001).fill('{"sku":"s","quantity":1,"line_net_minor":1}').join(',')}]`).replace(',"items":[],', ','),
  'a text of half a megabyte': order(`,"payment_method":"${'x'.repeat(540_000)}"`),
  'a currency that is none': order('').replace('"EUR"', '"€"'),
  'a type of the language': typed('constructor'),
  'a type of the prototype': typed('__proto__'),
  'a time that never comes': timed('9999-12-31T23:59:59Z'),
  'a day that is none': timed('2026-02-30T00:00:00Z'),
  'a version beyond safe numbers': event(
    '{"order_id":"v","currency":"EUR","total_net_minor":1,"items":[],"placed_at":"2026-03-03T10:00:00Z","revision":9007199254740993}',
  ).replace('order_placed', 'order_updated'),
  'more identifiers than anyone has': order(`,"identifiers":[${Array(11).fill('{"kind":"email","value":"a@example.com"}').join(',')}]`),
  'an identifier of an unknown kind': order(',"identifiers":[{"kind":"soul","value":"a"}]'),
  'a choice that is neither yes nor no': order(',"consent":{"purposes":{"web_analytics":"maybe"}}'),
}

describe('a poisoned event among others', () => {
  const neighbours = new Map<string, readonly number[]>()
  const statuses = new Map<string, number>()
  let rejectedBefore = 0
  beforeAll(async () => {
    rejectedBefore = await rejected()
    for (const [name, poison] of Object.entries(poisonedEvents)) {
      const [before, after] = [goodOrder(), goodOrder()]
      neighbours.set(name, [before.amountMinor, after.amountMinor])
      statuses.set(name, (await post(`[${before.message},${poison},${after.message}]`)).status)
    }
    await drained()
  })

  test.each(Object.keys(poisonedEvents))('%s is taken, and its neighbours are stored', async (name) => {
    expect(statuses.get(name)).toBe(202)
    for (const amountMinor of neighbours.get(name) ?? []) expect(await stored(amountMinor)).toBe(1)
  })
  test('is rejected with a reason, each of them once', async () => {
    expect(await rejected()).toBe(rejectedBefore + Object.keys(poisonedEvents).length)
  })
})

const poisonedBodies: Readonly<Record<string, readonly [body: string | Uint8Array, headers?: Record<string, string>]>> = {
  'no body': [''],
  'half a body': ['[{"specversion":"1.0"'],
  'a body that is no list': ['{}'],
  'arrays in arrays, five hundred thousand deep': [nested(500_000, '[', ']')],
  'objects in objects, a hundred thousand deep': [`[${nested(100_000, '{"a":', '').concat('1', '}'.repeat(100_000))}]`],
  'bytes that are no text': [new Uint8Array([0x5b, 0xff, 0xfe, 0x5d])],
  'a compression that is broken': [gzipSync('[]').subarray(0, 15), { 'content-encoding': 'gzip' }],
  'a hundred megabytes compressed to little': [gzipSync(Buffer.alloc(100_000_000, 0x20)), { 'content-encoding': 'gzip' }],
}

describe('a poisoned body', () => {
  test.each(Object.entries(poisonedBodies))('%s is marked or refused, and the next one is taken', async (_, [body, headers]) => {
    const answer = await post(body, headers)
    expect(answer.status, await answer.text()).toBeOneOf([202, 400, 413])
    expect((await post(`[${goodOrder().message}]`)).status).toBe(202)
  })
})

/** The hour whose key is in use. */
const hour = new Date().toISOString().slice(0, 13)
const notTheirTopics: Readonly<Record<string, string | Uint8Array>> = {
  nothing: '',
  'no JSON': '{"id"',
  null: 'null',
  'a number': '1e999',
  'an empty object': '{}',
  'an empty array': '[]',
  'a million arrays in arrays': nested(1_000_000, '[', ']'),
  'bytes that are no text': new Uint8Array([0xff, 0xfe, 0x00]),
  'ten megabytes of one letter': 'x'.repeat(10_000_000),
  'ten megabytes of JSON': JSON.stringify({ id: 'x'.repeat(10_000_000) }),
  'half a surrogate pair': '{"id":"\\ud800"}',
  'a sealed arrival without ids': JSON.stringify({ key_id: hour, sealed: 'AAAA' }),
  'a sealed arrival whose ids are none': JSON.stringify({ key_id: hour, sealed: 'A'.repeat(80), id: null, version: 1, received_at: {}, channel: [] }),
  'a sealed arrival that was changed': JSON.stringify({
    key_id: hour,
    sealed: 'A'.repeat(80),
    id: [randomUUID()],
    version: [1],
    received_at: `${hour}:00:00Z`,
    channel: 'shop',
  }),
  'a poisoned prototype': '{"__proto__":{"id":"a"},"constructor":{}}',
}
const keys = ['', 'no uuid', '\u0000', randomUUID()]

describe('a record that is not what its topic promises', () => {
  const topics = [
    'events.collected.v1',
    'events.consented.v1',
    'events.enriched.v1',
    'fates.consent.v1',
    'fates.transform.v1',
  ] as const satisfies readonly TopicName[]

  test.each(topics)('in %s stops no stage, whatever it is and whatever its key', async (topic) => {
    const poison = Object.values(notTheirTopics).flatMap((value) =>
      (value.length > 1_000_000 ? keys.slice(0, 1) : keys).map(
        (key): NewRecord => ({ topic, key, value: typeof value === 'string' ? Buffer.from(value) : value }),
      ),
    )
    const good = [goodOrder(), goodOrder()]
    await pipeline.log.append(poison.slice(0, poison.length / 2))
    const sent = good.map(async ({ message }) => expect((await post(`[${message}]`)).status).toBe(202))
    await pipeline.log.append(poison.slice(poison.length / 2))
    await Promise.all(sent)
    await drained()
    for (const { amountMinor } of good) expect(await stored(amountMinor)).toBe(1)
  })

  test('does not take the books of its neighbours with it', async () => {
    const good = Array.from({ length: 40 }, goodOrder)
    const poison = keys.map((key): NewRecord => ({ topic: 'events.collected.v1', key, value: Buffer.from('no JSON') }))
    const accepted = async () =>
      (await ask<{ n: number }>("select uniqExact(event_id) as n from fates where stage = 'consent' and outcome = 'kept'"))[0]?.n ?? 0
    const before = await accepted()
    await Promise.all([post(`[${good.map(({ message }) => message).join(',')}]`), pipeline.log.append([...poison, ...poison, ...poison])])
    await drained()
    expect(await accepted()).toBe(before + 40)
  })
})

/** An enriched event as the stages make it. */
async function anEnriched(): Promise<Record<string, unknown>> {
  const member = await pipeline.log.join('poisoner', ['events.enriched.v1'])
  try {
    for (let batch: Batch | undefined = await member.next(); batch; batch = await member.next()) {
      for (const { value } of batch.records) {
        try {
          const [read] = valuesIn('events.enriched.v1', value)
          if (typeof read === 'object' && read !== null && 'item_sku' in read) return read as Record<string, unknown>
        } catch {
          // Poison of another test.
        }
      }
      await member.advance(batch, [])
    }
  } finally {
    await member.close()
  }
  throw new Error('No event came through.')
}

const unstorable: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'lines of unequal length': { item_sku: ['a', 'b'], item_units: [1] },
  'a day before all days': { day: '0001-01-01' },
  'a day after all days': { day: '9999-12-31' },
  'a time after all times': { time: '9999-12-31T23:59:59Z' },
  'an arrival before all times': { received_at: '1900-01-01T00:00:00Z' },
  'the largest version': { version: Number.MAX_SAFE_INTEGER },
  'a rate at the end of numbers': { exchange_rate: Number.MAX_VALUE },
  'the smallest rate': { exchange_rate: Number.MIN_VALUE },
  'numbers at the end of numbers': { metrics: { clicks: Number.MAX_SAFE_INTEGER, '': -Number.MAX_SAFE_INTEGER } },
  'half a surrogate pair': { url_path: '/\ud800' },
  'characters that end texts elsewhere': {
    url_path: '/\u0000\u001a\n\t"\\',
    item_sku: ['\u0000'],
    item_name: ['\u0000'],
    item_category: [''],
    item_units: [1],
    item_net_minor: [1],
  },
  'a text of a megabyte': { referrer_host: 'x'.repeat(1_000_000) },
  'a hundred thousand lines': Object.fromEntries(
    ['item_sku', 'item_name', 'item_category', 'item_units', 'item_net_minor'].map((name, n) => [name, Array(100_000).fill(n < 3 ? 'a' : 1)]),
  ),
}

describe('an event at the end of what can be stored', () => {
  const neighbours = new Map<string, number>()
  beforeAll(async () => {
    const template = await anEnriched()
    const record = (value: Record<string, unknown>): NewRecord => ({
      topic: 'events.enriched.v1',
      key: String(value['id']),
      value: Buffer.from(JSON.stringify(value)),
    })
    for (const [name, fields] of Object.entries(unstorable)) {
      const { amountMinor } = goodOrder()
      neighbours.set(name, amountMinor)
      const good = record({ ...template, id: randomUUID(), amount_minor: amountMinor })
      await pipeline.log.append([record({ ...template, id: randomUUID(), ...fields }), good])
    }
    await drained()
  })
  test.each(Object.keys(unstorable))('%s stops no neighbour', async (name) => {
    expect(await stored(neighbours.get(name) ?? 0)).toBe(1)
  })

  test.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])('books of the hour %s stop no stage', async (received_at) => {
    const value = { stage: 'consent', id: [randomUUID()], version: [1], received_at: [received_at], channel: ['shop'], outcome: ['kept'], reason: [''] }
    await pipeline.log.append([{ topic: 'fates.consent.v1', key: randomUUID(), value: Buffer.from(JSON.stringify(value)) }])
    await drained()
  })
})
