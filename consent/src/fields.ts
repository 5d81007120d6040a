/** The annotations of a schema as a tree: read once per schema, then walked with every event. */
import { type Annotation, annotations, type PurposeId } from '@kanalblick/stream'
import type { z } from 'zod'
import type { Permissions } from './purposes/policy.ts'

export interface Field {
  readonly name: string
  readonly category: Annotation['category']
  readonly purpose: PurposeId
  readonly text: boolean
  /** An ISO 8601 instant. */
  readonly instant: boolean
  /** Fields of the object, or of the objects in the array, that is the value. */
  readonly fields?: Fields
}
export type Fields = readonly Field[]
export type Data = Readonly<Record<string, unknown>>

/** @param inherited what holds for fields without an annotation of their own: at the top nothing does, and they count as identifiers */
export function fieldsOf(schema: z.ZodType, inherited?: Annotation): Fields {
  const { shape } = defOf(schema)
  return Object.entries(shape ?? {}).map(([name, field]) => {
    const { annotation = inherited, schema: inner } = unwrapped(field)
    const { category, purpose, text = false } = annotation ?? { category: 'identifier', purpose: 'necessary' }
    const nested = fieldsOf(inner, annotation)
    return { name, category, purpose, text, instant: defOf(inner).format === 'datetime', ...(nested.length > 0 && { fields: nested }) }
  })
}

interface Def {
  readonly innerType?: z.ZodType
  readonly element?: z.ZodType
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly format?: string
}
const defOf = (schema: z.ZodType) => schema._zod.def as unknown as Def

/** The outermost annotation counts; optional, default and array are looked through. */
function unwrapped(field: z.ZodType): { annotation: Annotation | undefined; schema: z.ZodType } {
  let annotation: Annotation | undefined
  for (let schema = field; ; ) {
    annotation ??= annotations.get(schema)
    const { innerType, element } = defOf(schema)
    const inner = innerType ?? element
    if (!inner) return { annotation, schema }
    schema = inner
  }
}

const permitted = new WeakMap<Fields, Map<Permissions, Fields>>()

/** The fields that may go on: no identifiers, nothing whose purpose is not allowed. */
export function permittedFields(fields: Fields, permissions: Permissions): Fields {
  let known = permitted.get(fields)
  if (!known) {
    known = new Map()
    permitted.set(fields, known)
  }
  const before = known.get(permissions)
  if (before) return before
  const kept = fields
    .filter(({ category, purpose }) => category !== 'identifier' && permissions.allows(purpose))
    .map((field) => (field.fields ? { ...field, fields: permittedFields(field.fields, permissions) } : field))
  known.set(permissions, kept)
  return kept
}

/** Rebuilds `data` from these fields alone; `data` itself when there are no others. */
export function pick(data: Data, fields: Fields): Data {
  let next = 0
  for (const name in data) {
    next = placeOf(name, fields, next)
    if (next < 0) return rebuilt(data, fields)
    const nested = (fields[next] as Field).fields
    if (nested && pickValue(data[name], nested) !== data[name]) return rebuilt(data, fields)
    next++
  }
  return data
}

/** Fields mostly come in the order of their schema: the search begins where the last one ended. */
function placeOf(name: string, fields: Fields, from: number): number {
  for (let n = from; n < fields.length; n++) if ((fields[n] as Field).name === name) return n
  return fields.findIndex((field) => field.name === name)
}

function rebuilt(data: Data, fields: Fields): Data {
  const picked: Record<string, unknown> = {}
  for (const { name, fields: nested } of fields) {
    const value = data[name]
    if (value !== undefined) picked[name] = nested ? pickValue(value, nested) : value
  }
  return picked
}

function pickValue(value: unknown, fields: Fields): unknown {
  if (!Array.isArray(value)) return pick(value as Data, fields)
  const elements = value.map((element: Data) => pick(element, fields))
  return elements.every((element, n) => element === value[n]) ? value : elements
}

/** Fields marked so, or with such fields inside. */
export const fieldsWith = (fields: Fields, mark: 'text' | 'instant'): Fields =>
  fields.flatMap((field) => {
    const nested = field.fields ? fieldsWith(field.fields, mark) : []
    if (nested.length > 0) return [{ ...field, fields: nested }]
    return field[mark] && !field.fields ? [field] : []
  })

/** What a string in a field becomes; `undefined` removes the field. */
export type Replace<Context> = (text: string, field: Field, context: Context) => string | undefined

/** Replaces the strings in these fields. Returns `data` itself when nothing changes. */
export function mapStrings<Context>(data: Data, fields: Fields, replace: Replace<Context>, context: Context): Data {
  let changed: Record<string, unknown> | undefined
  for (const field of fields) {
    const value = data[field.name]
    if (value === undefined) continue
    const next = typeof value === 'string' ? replace(value, field, context) : mapNested(value, field, replace, context)
    if (next === value) continue
    changed ??= { ...data }
    if (next === undefined) delete changed[field.name]
    else changed[field.name] = next
  }
  return changed ?? data
}

function mapNested<Context>(value: unknown, { fields }: Field, replace: Replace<Context>, context: Context): unknown {
  if (!fields) return value
  if (!Array.isArray(value)) return mapStrings(value as Data, fields, replace, context)
  const elements = value.map((element: Data) => mapStrings(element, fields, replace, context))
  return elements.every((element, n) => element === value[n]) ? value : elements
}

/** How many fields of what was given are not in what was kept of it. */
export function countMissing(given: unknown, kept: unknown): number {
  if (typeof given !== 'object' || given === null || typeof kept !== 'object' || kept === null) return 0
  let missing = 0
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(kept, key)) missing += countMissing((given as Data)[key], (kept as Data)[key])
    else missing++
  }
  return missing
}
