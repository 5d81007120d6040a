/** The rows of `migrations/`. Times are ISO 8601 in UTC. */
import type { IdentifierKind, PurposeId } from '@kanalblick/stream'
import type { DecisionState } from './record.ts'

export interface LedgerTables {
  consent_records: ConsentRecordRow
  consent_chain: { id: number; sequence: number; hash: string }
  consent_current: { subject_ref: string; purpose: PurposeId; state: DecisionState; sequence: number; received_time: string }
  subject_pseudonyms: { subject_ref: string; purpose: PurposeId; pseudonym: string; created_at: string }
  suppressed_subjects: { subject_ref: string; suppressed_at: string; pending_request_id: string | null }
  subject_links: { subject_ref: string; kind: IdentifierKind; linked_ref: string; linked_kind: IdentifierKind; month: string }
  subject_orders: { subject_ref: string; order_key: string; month: string }
  subject_requests: SubjectRequestRow
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

export interface SubjectRequestRow {
  id: string
  type: string
  status: string
  reason: string | null
  received_at: string
  expected_by: string
  updated_at: string
  verification: string | null
  subject: string | null
  plan: string | null
  proof: string | null
}
