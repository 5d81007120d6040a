/**
 * What of a stored event belongs to its person, from the annotations of its fields: columns that retention empties, columns that an erasure
 * empties or says less exactly. As SQL for what is stored, as a function for what is about to be.
 */
import { type Annotation, annotations, type EnrichedEvent, enrichedEvent } from '@kanalblick/stream'
import { z } from 'zod'

type Field = keyof EnrichedEvent

const fieldsWith = (holds: (annotation: Annotation) => boolean): Field[] =>
  (Object.keys(enrichedEvent.shape) as Field[]).filter((name) => {
    const annotation = annotations.get(enrichedEvent.shape[name])
    return annotation !== undefined && holds(annotation)
  })

const isList = (name: Field) => enrichedEvent.shape[name] instanceof z.ZodArray
const isNullable = (name: Field) => enrichedEvent.shape[name] instanceof z.ZodNullable

const emptied = fieldsWith(({ erasure }) => erasure === 'mask')
const coarsened = fieldsWith(({ erasure }) => erasure === 'coarsen')

const hourMs = 3_600_000

/** How a field is coarsened; the same on both sides. */
const coarser: Partial<Record<Field, { readonly sql: string; readonly of: (event: EnrichedEvent) => string }>> = {
  time: { sql: "toDateTime(day, 'UTC') + interval 12 hour", of: ({ day }) => `${day}T12:00:00.000Z` },
  received_at: {
    sql: "toDateTime64(toStartOfHour(received_at), 3, 'UTC')",
    of: ({ received_at }) => new Date(Math.floor(Date.parse(received_at) / hourMs) * hourMs).toISOString(),
  },
}

function coarserOf(name: Field) {
  const rule = coarser[name]
  if (!rule) throw new Error(`No rule says how ${name} is coarsened.`)
  return rule
}

const empty = (names: readonly Field[]) => names.map((name) => `${name} = ${isList(name) ? '[]' : "''"}`).join(', ')
const isFilled = (names: readonly Field[]) => names.map((name) => (isList(name) ? `notEmpty(${name})` : `${name} != ''`)).join(' or ')
const coarsen = coarsened.map((name) => `${name} = ${coarserOf(name).sql}`)
const isExact = coarsened.map((name) => `${name} != ${coarserOf(name).sql}`)

/** For `readSql`: assignments that mask a stored event, and whether something is left to mask. */
export const maskParts = { masking: [empty(emptied), ...coarsen].join(', '), unmasked: [isFilled(emptied), ...isExact].join(' or ') }

/** The same for what leaves the books when the time of behaviour is over. */
const behaviour = fieldsWith(({ retention }) => retention === 'behaviour')
export const behaviourParts = { emptying: empty(behaviour), filled: isFilled(behaviour) }

const emptyValues = Object.fromEntries(emptied.map((name) => [name, isNullable(name) ? null : isList(name) ? [] : '']))

/** The event without its person. */
export const masked = (event: EnrichedEvent): EnrichedEvent => ({
  ...event,
  ...emptyValues,
  ...Object.fromEntries(coarsened.map((name) => [name, coarserOf(name).of(event)])),
})
