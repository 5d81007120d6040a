/** The rows of `migrations/`. Times are ISO 8601 in UTC. */
import type { IdentifierKind, PurposeId } from '@kanalblick/stream'
import type { DecisionState } from './record.ts'

export interface LedgerTables {
  consent_records: ConsentRecordRow
  consent_chain: { id: number; sequence: number; hash: string }
  consent_current: { subject_ref: string; purpose: PurposeId; state: DecisionState; sequence: number; received_time: string }
  subject_pseudonyms: { subject_ref: string; purpose: PurposeId; pseudonym: string; created_at: string }
  suppressed_subjects: { subject_ref: string; suppressed_at: string }
}

export interface ConsentRecordRow {
  sequence: number
  record_id: string
  /** JSON of `Facts`. */
  facts: string
  received_time: string
  subject_ref: string | null
  subject_ref_kind: IdentifierKind | null
  event_time: string | null
  salt: string | null
  commitment: string
  prev_hash: string
  hash: string
}
