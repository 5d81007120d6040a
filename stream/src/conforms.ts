/**
 * A cheap answer to "would parsing change anything?", made from a schema. Most events are exactly as the schema says, and then parsing
 * only builds a copy; the parser itself is for those of which this cannot be said.
 */
import type { z } from 'zod'

/** `true` only for values that `schema.parse` takes and returns equal: nothing invalid, nothing unknown, no default missing. */
export type Conforms = (value: unknown) => boolean

/** What the schema cannot be asked cheaply never conforms, and is left to the parser. */
export function conformsTo(schema: z.ZodType): Conforms {
  const def = schema._zod.def as unknown as Def
  const core = Object.hasOwn(compile, def.type) ? (compile[def.type] as (def: Def) => Conforms | undefined)(def) : undefined
  const checks = checksOf(def)
  if (!core || !checks) return never
  const [first, second] = checks
  if (!first) return core
  if (!second) return (value) => core(value) && first(value)
  return (value) => {
    if (!core(value)) return false
    for (const check of checks) if (!check(value)) return false
    return true
  }
}

/** `schema.safeParse`, without the copy where that would be equal. */
export function parserOf<Value>(schema: z.ZodType<Value>): (value: unknown) => z.ZodSafeParseResult<Value> {
  const conforms = conformsTo(schema)
  return (value) => (conforms(value) ? { success: true, data: value as Value } : schema.safeParse(value))
}

const never: Conforms = () => false
const anything: Conforms = () => true
const isText: Conforms = (value) => typeof value === 'string'

interface Def {
  readonly type: string
  readonly checks?: readonly z.core.$ZodCheck[]
  /** Of a string or number format that is a schema of its own. */
  readonly check?: string
  readonly format?: string
  readonly pattern?: RegExp
  readonly coerce?: boolean
  readonly catchall?: unknown
  readonly shape: Readonly<Record<string, z.ZodType>>
  readonly innerType: z.ZodType
  readonly element: z.ZodType
  readonly keyType: z.ZodType
  readonly valueType: z.ZodType
  readonly options: readonly z.ZodType[]
  readonly values: readonly unknown[]
  readonly entries: Readonly<Record<string, unknown>>
}

const compile: Readonly<Record<string, (def: Def) => Conforms | undefined>> = {
  string: ({ coerce }) => (coerce ? undefined : isText),
  number: ({ coerce }) => (coerce ? undefined : Number.isFinite),
  boolean: ({ coerce }) => (coerce ? undefined : (value) => typeof value === 'boolean'),
  unknown: () => anything,
  literal: ({ values }) => oneOf(values),
  enum: ({ entries }) => oneOf(Object.values(entries)),
  optional: ({ innerType }) => orElse(undefined, conformsTo(innerType)),
  nullable: ({ innerType }) => orElse(null, conformsTo(innerType)),
  // An absent value is not equal to what comes of it.
  default: ({ innerType }) => conformsTo(innerType),
  array: ({ element }) => arrayOf(conformsTo(element)),
  object: ({ shape, catchall }) => (catchall ? undefined : objectOf(shape)),
  record: ({ keyType, valueType }) => recordOf(conformsTo(keyType), conformsTo(valueType)),
  union: ({ options }) => anyOf(options.map(conformsTo)),
}

function oneOf(values: readonly unknown[]): Conforms {
  const allowed = new Set(values)
  return (value) => allowed.has(value)
}
const orElse =
  (absent: unknown, inner: Conforms): Conforms =>
  (value) =>
    value === absent || inner(value)

const anyOf =
  (options: readonly Conforms[]): Conforms =>
  (value) => {
    for (const option of options) if (option(value)) return true
    return false
  }

const arrayOf =
  (element: Conforms): Conforms =>
  (value) => {
    if (!Array.isArray(value)) return false
    for (const one of value) if (!element(one)) return false
    return true
  }

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Walks the value's own keys, which mostly come in the schema's order: nothing unknown, nothing wrong, and all that must be there. */
function objectOf(shape: Def['shape']): Conforms {
  const names = Object.keys(shape)
  const fields = names.map((name) => conformsTo(shape[name] as z.ZodType))
  const required = fields.map((field) => !field(undefined))
  const count = required.filter(Boolean).length
  return (value) => {
    if (!isObject(value)) return false
    let seen = 0
    let next = 0
    for (const name in value) {
      while (next < names.length && names[next] !== name) next++
      if (next === names.length) next = names.indexOf(name)
      if (next < 0 || !(fields[next] as Conforms)(value[name])) return false
      if (required[next]) seen++
      next++
    }
    return seen === count
  }
}

function recordOf(key: Conforms, element: Conforms): Conforms {
  // Parsing leaves out a field of this name.
  const isRecord = (value: unknown) => isObject(value) && !Object.hasOwn(value, '__proto__')
  if (key === isText && element === anything) return isRecord
  return (value) => {
    if (!isObject(value) || !isRecord(value)) return false
    for (const name in value) if (!key(name) || !element(value[name])) return false
    return true
  }
}

/** Formats that their pattern says all about. */
const patterned = ['guid', 'datetime', 'date', 'regex', 'starts_with']

/** The checks beside the type; `undefined` when one of them is not known here. */
function checksOf(def: Def): Conforms[] | undefined {
  const own = def.check === undefined ? [] : [checkOf(def as unknown as CheckDef)]
  const checks = [...own, ...(def.checks ?? []).map((check) => checkOf(check._zod.def as unknown as CheckDef))]
  return checks.every((check) => check !== undefined) ? checks : undefined
}

interface CheckDef {
  readonly check: string
  readonly format?: string
  readonly pattern?: RegExp
  readonly minimum: number
  readonly maximum: number
  readonly value: number
  readonly inclusive?: boolean
}

function checkOf({ check, format, pattern, minimum, maximum, value: limit, inclusive }: CheckDef): Conforms | undefined {
  switch (check) {
    case 'string_format':
      return pattern && patterned.includes(format ?? '') ? matching(pattern) : undefined
    case 'number_format':
      return format === 'safeint' ? Number.isSafeInteger : undefined
    case 'min_length':
      return (value) => (value as { length: number }).length >= minimum
    case 'max_length':
      return (value) => (value as { length: number }).length <= maximum
    case 'greater_than':
      return (value) => (value as number) > limit || (inclusive === true && value === limit)
    case 'less_than':
      return (value) => (value as number) < limit || (inclusive === true && value === limit)
    default:
      return undefined
  }
}

/** Neighbours in a batch often have the same time or channel: the last text that matched need not be looked at again. */
function matching({ source, flags }: RegExp): Conforms {
  const pattern = new RegExp(source, flags.replace(/[gy]/g, ''))
  let last: unknown
  return (value) => {
    if (value === last) return true
    if (!pattern.test(value as string)) return false
    last = value
    return true
  }
}
