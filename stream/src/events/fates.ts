/** What became of the events of one batch. Columns, not rows: one record per batch keeps the books cheap. */
import { z } from 'zod'
import { technical } from './annotation.ts'
import { envelope } from './collected.ts'

export const fates = z.object({
  stage: technical(z.enum(['consent', 'transform'])),
  id: technical(z.array(envelope.shape.id)),
  version: technical(z.array(envelope.shape.version)),
  received_at: technical(z.array(envelope.shape.received_at)),
  /** '' when the record could not be read. */
  channel: technical(z.array(z.string())),
  outcome: technical(z.array(z.enum(['kept', 'dropped', 'rejected']))),
  /** A drop or reject reason; '' when kept. */
  reason: technical(z.array(z.string())),
})
export type Fates = z.infer<typeof fates>
