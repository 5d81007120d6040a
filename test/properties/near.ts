/** Values that mostly are what a schema wants, and sometimes are not. */
import { fc } from '@fast-check/vitest'
import type { z } from 'zod'

const texts = [
  '018f0000-0000-8000-8000-000000000000',
  '2026-11-25T08:00:00.000Z',
  '2026-11-25T09:00:00+01:00',
  '2026-11-25',
  '2026-02-30',
  'EUR',
  'DE',
  'web:shop',
  'google_ads',
  '/kueche/becher',
  'Becher',
  '',
  'x'.repeat(301),
]
const numbers = [0, 1, 2, -1, 1.5, 100, -1e13, 1e13, 1e13 + 1, 2 ** 60]

interface Def {
  readonly type: string
  readonly format?: string
  readonly innerType: z.ZodType
  readonly element: z.ZodType
  readonly valueType: z.ZodType
  readonly keyType: z.ZodType
  readonly shape: Readonly<Record<string, z.ZodType>>
  readonly entries: Readonly<Record<string, unknown>>
  readonly values: readonly unknown[]
  readonly options: readonly z.ZodType[]
}

export function near(schema: z.ZodType): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 40, arbitrary: shaped(schema) }, { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> })
}

function shaped(schema: z.ZodType): fc.Arbitrary<unknown> {
  const def = schema._zod.def as unknown as Def
  const matching = (values: readonly unknown[]) => values.filter((value) => schema.safeParse(value).success)
  switch (def.type) {
    case 'string':
      return mostly(matching(texts), texts)
    case 'number':
      return mostly(matching(numbers), numbers)
    case 'boolean':
      return fc.boolean()
    case 'enum':
      return mostly(Object.values(def.entries), ['unheard of'])
    case 'literal':
      return mostly(def.values, [2])
    case 'nullable':
      return fc.option(shaped(def.innerType), { nil: null })
    case 'optional':
    case 'default':
      return fc.option(shaped(def.innerType), { nil: undefined })
    case 'array':
      return fc.array(near(def.element), { maxLength: 3 })
    case 'record':
      return fc.dictionary(shaped(def.keyType) as fc.Arbitrary<string>, near(def.valueType), { maxKeys: 3 })
    case 'union':
      return fc.oneof(...def.options.map(shaped))
    case 'object':
      return withStrangers(fc.record(Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, near(field)]))))
    default:
      return fc.jsonValue() as fc.Arbitrary<unknown>
  }
}

const mostly = (good: readonly unknown[], any: readonly unknown[]) =>
  good.length === 0 ? fc.constantFrom(...any) : fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...any) })

/** Now and then a field that nobody declared. */
const withStrangers = (object: fc.Arbitrary<Record<string, unknown>>) =>
  fc
    .tuple(object, fc.option(fc.constantFrom('stranger', 'toString', '__proto__'), { nil: undefined, freq: 30 }))
    .map(([value, name]) =>
      name === undefined ? value : Object.defineProperty(value, name, { value: 1, enumerable: true, configurable: true, writable: true }),
    )

export const throughJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))
