/** Events that share a record come out of it as they went in, and are judged there as they are alone. */
import { fc, test } from '@fast-check/vitest'
import { collectedEvent, columnsOf, conformsTo, consentedEvent, enrichedEvent } from '@kanalblick/stream'
import { describe, expect } from 'vitest'
import type { z } from 'zod'
import { near, throughJson } from './near.ts'

const schemas = { collectedEvent, consentedEvent, enrichedEvent } as unknown as Readonly<Record<string, z.ZodObject>>

interface Event {
  readonly id: string
}

describe.each(Object.entries(schemas))('of %s', (_name, schema) => {
  const { pack, unpack, conforms } = columnsOf<Event>(schema)
  const conformsAlone = conformsTo(schema)
  /** A column says null of what is missing. */
  const told = (rows: unknown) =>
    (rows as Record<string, unknown>[]).map((row) => Object.fromEntries(Object.keys(schema.shape).map((name) => [name, row[name] ?? null])))
  const events = fc
    .tuple(fc.array(near(schema).map(throughJson), { minLength: 1, maxLength: 12 }), fc.nat(11))
    // Neighbours have much in common.
    .map(([some, last]) => [...some, ...some.slice(last)])
    .map((some) => some.filter((event): event is Event => typeof event === 'object' && event !== null && !Array.isArray(event)))
    .filter((some) => some.length > 0)

  test.prop([events], { numRuns: 300 })('they come out as they went in, directly and through JSON', (given) => {
    expect(told(unpack(pack(given)))).toEqual(told(given))
    expect(told(unpack(throughJson(pack(given))))).toEqual(told(given))
  })

  test.prop([events], { numRuns: 300 })('columns conform exactly where each of the events that come out of them does', (given) => {
    const columns = throughJson(pack(given))
    expect(conforms(columns)).toBe((throughJson(unpack(columns)) as unknown[]).every(conformsAlone))
  })

  test.prop([fc.jsonValue()])('what was not packed is nothing, or undefined fields', (value) => {
    const rows = unpack(value)
    if (rows === undefined) expect(conforms(value)).toBe(false)
    else for (const row of rows) expect(Object.keys(row as object)).toEqual(Object.keys(schema.shape))
  })
})
