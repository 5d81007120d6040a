/** The hash chain: every record's hash covers the one before it, so that a changed or removed record shows. */
import { createHash } from 'node:crypto'
import type { ConsentRecordRow } from './tables.ts'

export const chainStart = '0'.repeat(64)

type Personal = Pick<ConsentRecordRow, 'subject_ref' | 'subject_ref_kind' | 'event_time' | 'salt'>
type Linked = Pick<ConsentRecordRow, 'sequence' | 'record_id' | 'facts' | 'received_time' | 'commitment' | 'prev_hash'>

/** Hides the personal part behind a random salt: once that is erased, nobody can test a guess against the commitment. */
export const commitmentTo = ({ subject_ref, subject_ref_kind, event_time, salt }: Personal): string => sha256([salt, subject_ref, subject_ref_kind, event_time])

export const hashOf = ({ sequence, record_id, facts, received_time, commitment, prev_hash }: Linked): string =>
  sha256([prev_hash, sequence, record_id, facts, received_time, commitment])

const sha256 = (parts: readonly unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex')
