/** A dead letter: the event as it came, why it was rejected, and where. */
import { z } from 'zod'
import { rejectReasons } from '../outcome.ts'
import { identifier, technical } from './annotation.ts'

export const rejectedEvent = z.object({
  id: technical(z.string()),
  stage: technical(z.enum(['consent', 'transform'])),
  reason: technical(z.enum(rejectReasons)),
  /** Names fields and rules, never values. */
  cause: technical(z.string()),
  rejected_at: technical(z.iso.datetime()),
  /** base64 of the record as it was read: still sealed when it comes from the consent stage, pseudonymous from the transform stage. */
  record: identifier(z.string()),
})
export type RejectedEvent = z.infer<typeof rejectedEvent>
