import { z } from 'zod'

const text = z.string().trim().min(1).max(500)

/** The controller of Art. 4(7) GDPR, and whoever else gets the data: named in every access package. */
export const controllerConfig = z.strictObject({
  name: text,
  address: text.optional(),
  /** Where persons write to. */
  contact: text,
  supervisoryAuthority: text.optional(),
  recipients: z
    .array(z.strictObject({ name: text, country: text, purpose: text, /** What protects the data in a third country. */ safeguard: text.optional() }))
    .default([]),
})
