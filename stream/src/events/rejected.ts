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
  /**
   * base64 of a record of the stage's input with this event alone: sealed in the consent stage, pseudonymous in the transform stage. Where a
   * record of many events cannot be opened it is kept whole, once, with the first of them; '' with the others.
   * What is larger than any record of ours is cut after 4 MB.
   */
  record: identifier(z.string()),
})
export type RejectedEvent = z.infer<typeof rejectedEvent>
