import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type Annotation,
  annotations,
  catalogue,
  collectedEvent,
  consentedEvent,
  consentSignal,
  context,
  enrichedEvent,
  envelope,
  eventTypes,
  fates,
  identifierFields,
  isEventType,
  purposes,
  rejectedEvent,
  sealedEvents,
} from './index.ts'

interface Field {
  readonly path: string
  readonly name: string
  readonly schema: z.ZodType
  /** Its own, or that of the schema within `optional`, `nullable` and the like. */
  readonly annotation: Annotation | undefined
}

const unwrapped = (schema: z.ZodType): z.ZodType[] => {
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
      ? (schema.unwrap() as z.ZodType)
      : undefined
  return inner ? [schema, ...unwrapped(inner)] : [schema]
}

const annotationOf = (schema: z.ZodType) =>
  unwrapped(schema)
    .map((layer) => annotations.get(layer))
    .find((annotation) => annotation !== undefined)

/** Every field of an object and of the objects in it; what carries one annotation as a whole is not taken apart unless its parts say more. */
function fieldsOf(schema: z.ZodType, path: string): Field[] {
  const core = unwrapped(schema).at(-1)
  if (core instanceof z.ZodArray) return fieldsOf(core.element as z.ZodType, `${path}[]`)
  if (!(core instanceof z.ZodObject)) return []
  return Object.entries(core.shape as Record<string, z.ZodType>).flatMap(([name, schema]) => {
    const field = { path: `${path}.${name}`, name, schema, annotation: annotationOf(schema) }
    const parts = fieldsOf(schema, field.path)
    const declared = parts.some(({ annotation }) => annotation)
    return field.annotation && !declared ? [field] : parts.length > 0 && !field.annotation ? parts : [field, ...parts]
  })
}

const dataFields = eventTypes.flatMap((type) => fieldsOf(catalogue[type].data, type).map((field) => ({ ...field, type })))
const schemas: Record<string, z.ZodType> = {
  collectedEvent,
  consentedEvent,
  consentSignal,
  context,
  enrichedEvent,
  envelope,
  fates,
  rejectedEvent,
  sealedEvents,
}
const otherFields = Object.entries(schemas).flatMap(([name, schema]) => fieldsOf(schema, name))

describe('the walk over the schemas', () => {
  test('meets nested fields, fields of arrays and wrapped fields', () => {
    const paths = [...dataFields, ...otherFields].map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['order_placed.items[].sku', 'collectedEvent.context.country', 'collectedEvent.consent.origin', 'fates.id']))
  })
  test('finds a field that nobody declared', () => {
    const undeclared = fieldsOf(z.object({ declared: annotated(z.string()), nested: z.object({ forgotten: z.string().optional() }) }), 'event')
    expect(undeclared.filter(({ annotation }) => !annotation).map(({ path }) => path)).toEqual(['event.nested.forgotten'])
  })
})

describe('every field', () => {
  test('declares itself', () => {
    expect([...dataFields, ...otherFields].filter(({ annotation }) => !annotation).map(({ path }) => path)).toEqual([])
  })
  test('names a purpose that exists', () => {
    for (const { annotation, path } of [...dataFields, ...otherFields]) expect(purposes, path).toHaveProperty(String(annotation?.purpose))
  })
  test('that names a person is deleted within days', () => {
    const identifiers = [...dataFields, ...otherFields].filter(({ annotation }) => annotation?.category === 'identifier')
    expect(identifiers.length).toBeGreaterThan(0)
    for (const { annotation, path } of identifiers) expect(annotation, path).toMatchObject({ retention: 'transit', erasure: 'delete' })
  })
  test('that the warehouse stores says how long it stays there', () => {
    const passing = otherFields.filter(({ path, annotation }) => path.startsWith('enrichedEvent.') && annotation?.retention === 'transit')
    expect(passing.map(({ path }) => path)).toEqual([])
  })
  test('is not kept when its person asks for erasure, unless it is without a person', () => {
    const personal = ['pseudonym', 'behaviour', 'campaign', 'device', 'consent']
    for (const { annotation, path } of dataFields) if (personal.includes(annotation?.category ?? '')) expect(annotation?.erasure, path).not.toBe('keep')
  })
  test('whose purpose needs a consent that its event does not need may be absent', () => {
    const stricter = dataFields.filter(({ annotation, type }) => {
      const purpose = annotation?.purpose ?? 'necessary'
      return purpose !== catalogue[type].purpose && purposes[purpose].basis === '6-1-a'
    })
    const ofContext = otherFields.filter(
      ({ path, annotation }) => path.startsWith('context.') && purposes[annotation?.purpose ?? 'necessary'].basis === '6-1-a',
    )
    expect(ofContext.length).toBeGreaterThan(0)
    for (const { schema, path } of [...stricter, ...ofContext]) expect(schema.safeParse(undefined).success, path).toBe(true)
  })
})

describe('identifiers', () => {
  test('are exactly the fields that the consent stage takes out', () => {
    const annotated = dataFields.filter(({ annotation }) => annotation?.category === 'identifier').map(({ name }) => name)
    expect([...new Set(annotated)].toSorted()).toEqual([...identifierFields].toSorted())
  })
  test.each(['consentedEvent', 'enrichedEvent', 'fates'])('are not in %s', (name) => {
    expect(otherFields.filter(({ path, annotation }) => path.startsWith(`${name}.`) && annotation?.category === 'identifier')).toEqual([])
  })
  test('are not in platform totals', () => {
    const ofTotals = dataFields.filter(({ type, annotation }) => catalogue[type].aggregate && annotation?.category === 'identifier')
    expect(ofTotals.map(({ path }) => path)).toEqual([])
  })
})

describe('the catalogue', () => {
  test('knows its events and no others', () => {
    for (const type of eventTypes) expect(isEventType(type)).toBe(true)
    for (const type of ['', 'Order_Placed', 'toString', '__proto__', 'constructor']) expect(isEventType(type)).toBe(false)
  })
  test('names every event in snake_case', () => {
    for (const type of eventTypes) expect(type).toMatch(/^[a-z]+(_[a-z]+)+$/)
  })
  test('identifies events by fields they have', () => {
    for (const type of eventTypes) {
      const fields = fieldsOf(catalogue[type].data, type).map(({ name }) => name)
      for (const field of catalogue[type].identity?.fields ?? []) expect(fields, type).toContain(field)
    }
  })
  test('gives a restated order the identity of the order it restates', () => {
    expect(catalogue.order_updated.identity).toEqual(catalogue.order_placed.identity)
  })
  test('needs consent for everything a visitor does', () => {
    for (const type of eventTypes) if (/viewed|performed|cart|checkout/.test(type)) expect(catalogue[type].purpose).toBe('web_analytics')
  })
})

function annotated<Schema extends z.ZodType>(schema: Schema): Schema {
  annotations.add(schema, { category: 'technical', purpose: 'necessary', retention: 'books', erasure: 'keep' })
  return schema
}
