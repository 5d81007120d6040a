import { describe, expect, it } from 'vitest'
import { readParts, type Shape } from './json.ts'

const limits = { eventBytes: 2000, eventsPerRequest: 10, depth: 6 }
const read = (text: string | Uint8Array, shape: Shape) => readParts(typeof text === 'string' ? Buffer.from(text) : text, shape, limits)
const batch = { list: 'batch' }
const good = '{"a":{"b":[1,"x\\"y:{",null]},"b":2}'

describe('readParts', () => {
  it.each<[string, Shape, unknown[]]>([
    ['{"a":1}', 'event', [{ a: 1 }]],
    ['7', 'event', [7]],
    [' [ ] ', 'array', []],
    [`[${good}, 5 ,"," ,[1,2],{}]`, 'array', [JSON.parse(good), 5, ',', [1, 2], {}]],
    [
      `{"sentAt":"now","batch":[${good},{"batch":[{"batch":[]}]}],"context":{"batch":[{"k":1}],"list":[1]}}`,
      batch,
      [JSON.parse(good), { batch: [{ batch: [] }] }],
    ],
    ['{"b\\u0061tch":[{"a":1}]}', batch, [{ a: 1 }]],
    ['\ufeff[{"a":1}]', 'array', [{ a: 1 }]],
  ])('finds the events of %s', (text, shape, values) => {
    expect(read(text, shape).events.map(({ value }) => value)).toEqual(values)
  })

  it.each([
    ['a key that comes twice', '{"a":1,"a":2}', 'has a key twice'],
    ['a deep key that comes twice', '{"x":[{"a":1,"\\u0061":2}]}', 'has a key twice'],
    ['a poisoned prototype', '{"x":{"__proto__":{"admin":true}}}', 'has a key that is not allowed'],
    ['a poisoned constructor', '{"constructor":{"prototype":{"admin":true}}}', 'has a key that is not allowed'],
    ['a number out of range', '{"a":-1e999}', 'has a number that is out of range'],
    ['a number with too many digits', '{"a":12345678901234567890}', 'has a number with more digits than JSON numbers keep: send it as a string'],
    ['half a character', '{"a":"\\ud800"}', 'has text that is not Unicode'],
    ['half a character in a key', '{"\\udc00":1}', 'has text that is not Unicode'],
    ['excessive depth', '{"a":'.repeat(7) + '1' + '}'.repeat(7), 'nests too deep'],
    ['excessive size', `{"a":"${'ä'.repeat(1000)}"}`, 'is larger than 2000 bytes'],
  ])('marks an event with %s and leaves its neighbours alone', (_, bad, fault) => {
    for (const [text, shape] of [
      [`[${good},${bad},${good}]`, 'array'],
      [`{"writeKey":"k","batch":[${good},${bad},${good}]}`, batch],
    ] as const) {
      const { events } = read(text, shape)
      expect(events.map((part) => part.fault)).toEqual([undefined, fault, undefined])
      expect(events[1]).not.toHaveProperty('value')
      expect(events[2]?.value).toEqual(JSON.parse(good))
    }
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })

  it('allows a property that is merely called constructor', () => {
    expect(read('{"constructor":"Bauhaus GmbH"}', 'event').events[0]?.value).toEqual({ constructor: 'Bauhaus GmbH' })
  })

  it.each([
    ['nothing', '', 'BODY_NOT_JSON'],
    ['half an object', '{"batch":[', 'BODY_NOT_JSON'],
    ['NaN', '{"batch":[{"a":NaN}]}', 'BODY_NOT_JSON'],
    ['two values', '{"batch":[]}{}', 'BODY_NOT_JSON'],
    ['broken UTF-8', Uint8Array.from([0x22, 0xc3, 0x28, 0x22]), 'BODY_NOT_JSON'],
    ['null', 'null', 'BODY_INVALID'],
    ['an array', '[]', 'BODY_INVALID'],
    ['no list', '{"batch":{}}', 'BODY_INVALID'],
    ['two lists', '{"batch":[],"batch":[{"a":1}]}', 'BODY_INVALID'],
    ['an envelope with a key twice', '{"writeKey":"a","writeKey":"b","batch":[]}', 'BODY_INVALID'],
    ['a poisoned envelope', '{"__proto__":{"admin":true},"batch":[]}', 'BODY_INVALID'],
    ['too many events', `{"batch":[${'{},'.repeat(10)}{}]}`, 'TOO_MANY_EVENTS'],
  ])('refuses a batch that is %s', (_, text, code) => {
    expect(() => read(text, batch)).toThrow(expect.objectContaining({ code }))
  })

  it('survives a million opened brackets', () => {
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
    expect(readParts(Buffer.from(`{"batch":[${deep},{"a":1}]}`), batch, { ...limits, eventBytes: 10_000_000 }).events.map(({ fault }) => fault)).toEqual([
      'nests too deep',
      undefined,
    ])
  })
})
