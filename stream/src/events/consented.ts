/** What leaves the consent stage: zone analytics. No identifier, only what the recorded consent allows. */
import { z } from 'zod'
import { columnsOf } from '../columns.ts'
import { purposeIds } from '../purposes.ts'
import { grantedConsents, pseudonym, technical } from './annotation.ts'
import type { DataOf, EventType, IdentifierField } from './catalogue.ts'
import { context, envelope } from './collected.ts'

const pseudonyms = {
  /** Joins a person's events within one purpose; null unless that purpose is granted. Different purposes cannot be joined. */
  subject_web: pseudonym(z.string().nullable()),
  subject_ads: pseudonym(z.string().nullable()),
  subject_profile: pseudonym(z.string().nullable()),
  session_key: pseudonym(z.string().nullable()),
  /** Joins the events of one order, without a person. */
  order_key: pseudonym(z.string().nullable()),
}

export const consentedEnvelope = envelope.extend({
  ...pseudonyms,
  /** The consent-based purposes granted when the event was processed. */
  granted: grantedConsents(z.array(z.enum(purposeIds))),
  context,
})

export type ConsentedEvent<Type extends EventType = EventType> = {
  [T in Type]: z.infer<typeof consentedEnvelope> & { type: T; data: Omit<DataOf<T>, IdentifierField> }
}[Type]

/** `data` was checked against the catalogue and rebuilt field by field by the stage that wrote the record. */
const consented = consentedEnvelope.extend({
  type: technical(z.string()),
  data: technical(z.record(z.string(), z.unknown())),
})
export const consentedEvent = consented as unknown as z.ZodType<ConsentedEvent>
export const consentedColumns = columnsOf<ConsentedEvent>(consented)
