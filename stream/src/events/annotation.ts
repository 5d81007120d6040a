/** What every field of every event declares about itself. A field without an annotation fails the tests. */
import { z } from 'zod'
import type { PurposeId } from '../purposes.ts'

export interface Annotation {
  readonly category: DataCategory
  /** The field passes the consent stage only while this purpose is allowed for the subject. */
  readonly purpose: PurposeId
  readonly retention: RetentionClass
  /** What an erasure request does to the stored field: remove the row, blank the field, say it less exactly, or keep it (books without a person). */
  readonly erasure: 'delete' | 'mask' | 'coarsen' | 'keep'
  /** Text that its sender chooses can carry what nobody declared: the consent stage scrubs it. */
  readonly text?: true
}

export type DataCategory =
  | 'identifier' // names a person, device, order or session directly: never leaves zone identity
  | 'pseudonym' // keyed replacement of an identifier
  | 'commerce' // amounts, quantities, order states
  | 'product' // what was sold: the merchant's own catalogue
  | 'behaviour' // what a person did on a page
  | 'campaign' // where a visit came from
  | 'device' // reduced user agent
  | 'location' // country
  | 'consent' // choices and their proof
  | 'aggregate' // platform totals, no person
  | 'technical' // ids, times, versions of the pipeline itself

/** Upper bounds; the warehouse deletes what is older. */
export const retentionDays = { transit: 3, behaviour: 425, books: 3653 } as const
/** `lasting`: no period ends it, an erasure does. */
export type RetentionClass = keyof typeof retentionDays | 'lasting'

export const annotations = z.registry<Annotation>()

/** Declares a field. Returns the same schema. */
export function field<Schema extends z.ZodType>(schema: Schema, annotation: Annotation): Schema {
  annotations.add(schema, annotation)
  return schema
}

export const commerce = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'commerce', purpose: 'order_statistics', retention: 'books', erasure: 'keep' })
export const commerceText = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'commerce', purpose: 'order_statistics', retention: 'books', erasure: 'keep', text: true })
export const product = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'product', purpose: 'order_statistics', retention: 'books', erasure: 'keep' })
export const productText = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'product', purpose: 'order_statistics', retention: 'books', erasure: 'keep', text: true })
export const aggregate = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'aggregate', purpose: 'order_statistics', retention: 'books', erasure: 'keep' })
export const aggregateText = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'aggregate', purpose: 'order_statistics', retention: 'books', erasure: 'keep', text: true })
export const behaviour = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'behaviour', purpose: 'web_analytics', retention: 'behaviour', erasure: 'delete' })
export const behaviourText = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'behaviour', purpose: 'web_analytics', retention: 'behaviour', erasure: 'delete', text: true })
export const campaign = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'campaign', purpose: 'web_analytics', retention: 'behaviour', erasure: 'mask', text: true })
export const identifier = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'identifier', purpose: 'order_statistics', retention: 'transit', erasure: 'delete' })
export const consentField = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'consent', purpose: 'consent_mgmt', retention: 'transit', erasure: 'delete' })
/** Which consents stood behind a stored event: kept as long as what they allowed. */
export const grantedConsents = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'consent', purpose: 'consent_mgmt', retention: 'behaviour', erasure: 'mask' })
export const technical = <S extends z.ZodType>(schema: S) => field(schema, { category: 'technical', purpose: 'necessary', retention: 'books', erasure: 'keep' })
/** When an event happened or arrived: the day and the hour are what the books need. */
export const moment = <S extends z.ZodType>(schema: S) => field(schema, { category: 'technical', purpose: 'necessary', retention: 'books', erasure: 'coarsen' })
export const pseudonym = <S extends z.ZodType>(schema: S) =>
  field(schema, { category: 'pseudonym', purpose: 'web_analytics', retention: 'behaviour', erasure: 'mask' })
