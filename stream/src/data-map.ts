/** The data map: every topic and table there is, with what each of its fields says of a person. Made from the annotations. */
import type { z } from 'zod'
import { type Annotation, annotations } from './events/annotation.ts'
import { type Topic, topics, type Zone } from './topics.ts'

export interface DeclaredField {
  readonly name: string
  readonly annotation: Annotation
}

/** A topic of the log, or a table of a database. */
export interface DeclaredStore {
  readonly store: string
  readonly zone: Zone
  readonly fields: readonly DeclaredField[]
  /** Why no request of a person concerns it although its fields name somebody. */
  readonly exempt?: string
}

/** Whether somebody who asks for access or erasure can be in it. */
export const holdsPersons = ({ fields, exempt }: DeclaredStore): boolean =>
  exempt === undefined && fields.some(({ annotation }) => annotation.category === 'identifier' || annotation.category === 'pseudonym')

export const declaredFields = (columns: Readonly<Record<string, Annotation>>): DeclaredField[] =>
  Object.entries(columns).map(([name, annotation]) => ({ name, annotation }))

/** What is sealed, or rejected, is shown as what it is once it is opened. */
export const declaredTopics = (): DeclaredStore[] =>
  Object.entries<Topic>(topics).map(([store, { zone, schema, holds }]) => {
    const fields = new Map([...(holds ? fieldsOf(holds) : []), ...fieldsOf(schema)].map((field) => [field.name, field]))
    return { store, zone, fields: [...fields.values()] }
  })

function fieldsOf(schema: z.ZodType): DeclaredField[] {
  const { shape = {} } = schema._zod.def as unknown as { shape?: Readonly<Record<string, z.ZodType>> }
  return Object.entries(shape).flatMap(([name, field]) => {
    const annotation = annotationOf(field)
    if (annotation) return [{ name, annotation }]
    const nested = fieldsOf(unwrapped(field))
    if (nested.length === 0) throw new Error(`The field ${name} declares nothing about itself.`)
    return nested.map((inner) => ({ ...inner, name: `${name}.${inner.name}` }))
  })
}

const inside = (schema: z.ZodType) => (schema._zod.def as unknown as { innerType?: z.ZodType }).innerType

function annotationOf(schema: z.ZodType | undefined): Annotation | undefined {
  return schema && (annotations.get(schema) ?? annotationOf(inside(schema)))
}
function unwrapped(schema: z.ZodType): z.ZodType {
  const inner = inside(schema)
  return inner ? unwrapped(inner) : schema
}
