/** Writes docs/events.md from the event catalogue: `node --conditions=source --import tsx test/support/event-docs.ts --write`. A test compares the two. */
import { readFileSync, writeFileSync } from 'node:fs'
import { type Annotation, annotations, catalogue, type EventType, eventTypes, identifierKinds, retentionDays, sentContext } from '@kanalblick/stream'
import { z } from 'zod'

const target = new URL('../../docs/events.md', import.meta.url)

type Property = {
  type?: string
  enum?: unknown[]
  const?: unknown
  pattern?: string
  format?: string
  items?: Property
  default?: unknown
  properties?: Record<string, Property>
}

const typeOf = ({ type, enum: choices, format, items, properties }: Property): string => {
  if (choices) return choices.map((choice) => `\`${String(choice)}\``).join(', ')
  if (items) return `list of ${typeOf(items)}`
  if (properties) return `{ ${Object.keys(properties).join(', ')} }`
  return format ? `${type} (${format})` : (type ?? 'any')
}

/** The annotation of a field, which may sit under `optional` or `default`. */
function annotationOf(schema: z.ZodType): Annotation | undefined {
  const found = annotations.get(schema)
  const inner = (schema as { _zod: { def: { innerType?: z.ZodType } } })._zod.def.innerType
  return found ?? (inner && annotationOf(inner))
}

function table(schema: z.ZodObject): string {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, Property>; required?: string[] }
  const rows = Object.entries(json.properties ?? {}).map(([name, property]) => {
    const annotation = annotationOf(schema.shape[name] as z.ZodType)
    const required = json.required?.includes(name) ? 'yes' : ''
    return `| \`${name}\` | ${typeOf(property)} | ${required} | ${annotation?.category ?? ''} | ${annotation?.purpose ?? ''} | ${annotation?.retention ?? ''} | ${annotation?.erasure ?? ''} |`
  })
  return `| field | type | required | category | purpose | retention | on erasure |\n|---|---|---|---|---|---|---|\n${rows.join('\n')}`
}

function section(type: EventType): string {
  const { data, purpose, identity, aggregate } = catalogue[type]
  const same = identity ? ` The same ${identity.fields.map((field) => `\`${field}\``).join(' + ')} within a channel instance is the same event.` : ''
  return `### ${type}\n\nPurpose \`${purpose}\`.${same}${aggregate ? ' A total: no subject is attached.' : ''}\n\n${table(data as z.ZodObject)}`
}

export const eventDocs = (): string => `# Events

Everything that can be sent. What is not listed is rejected (event types) or removed and counted (fields). Amounts are integers in minor units
(cents) of the ISO 4217 currency beside them, without tax unless the name says so. This page is made from the catalogue
(\`stream/src/events/\`); every field names its category, the purpose that must be allowed for it to pass the consent stage, how long it is kept
(${Object.entries(retentionDays)
  .map(([name, days]) => `\`${name}\` ${days} days`)
  .join(', ')}) and what an erasure does to it.

Beside its own fields, \`data\` of a CloudEvent may carry:

- \`identifiers\`: whom the event is about, a list of \`{ "kind", "value" }\` with kind ${identifierKinds.map((kind) => `\`${kind}\``).join(', ')}; they end at
  the consent stage,
- \`context\`: where and how it happened (below),
- \`consent\`: choices that travelled with the event, \`{ "purposes": { "web_analytics": true } }\`.

## context

${table(sentContext)}

## Event types

${eventTypes.map(section).join('\n\n')}
`

export const writtenEventDocs = (): string => readFileSync(target, 'utf8')

if (process.argv.includes('--write')) writeFileSync(target, eventDocs())
