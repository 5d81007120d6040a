/** What every column of the ledger's database says of a person. A column that is missing here does not compile. */
import { type Annotation, type DeclaredStore, declaredFields } from '@kanalblick/stream'
import type { LedgerTables } from './tables.ts'

const proof: Annotation = { category: 'consent', purpose: 'consent_mgmt', retention: 'lasting', erasure: 'keep' }
const gone: Annotation = { category: 'pseudonym', purpose: 'consent_mgmt', retention: 'lasting', erasure: 'delete' }
const masked: Annotation = { ...gone, erasure: 'mask' }
const behaviour: Annotation = { ...gone, retention: 'behaviour' }
const technical: Annotation = { category: 'technical', purpose: 'consent_mgmt', retention: 'lasting', erasure: 'keep' }

const tables: { readonly [Table in keyof LedgerTables]: { readonly [Column in keyof LedgerTables[Table]]: Annotation } } = {
  consent_records: {
    sequence: technical,
    record_id: technical,
    facts: proof,
    received_time: proof,
    subject_ref: masked,
    subject_ref_kind: masked,
    event_time: masked,
    salt: masked,
    commitment: technical,
    prev_hash: technical,
    hash: technical,
  },
  consent_chain: { id: technical, sequence: technical, hash: technical },
  consent_current: { subject_ref: gone, purpose: gone, state: gone, sequence: gone, received_time: gone },
  subject_pseudonyms: { subject_ref: gone, purpose: gone, pseudonym: gone, created_at: gone },
  suppressed_subjects: { subject_ref: { ...gone, erasure: 'keep' }, suppressed_at: proof, pending_request_id: technical },
  subject_links: { subject_ref: behaviour, kind: behaviour, linked_ref: behaviour, linked_kind: behaviour, month: behaviour },
  subject_orders: { subject_ref: behaviour, order_key: behaviour, month: behaviour },
  subject_requests: {
    id: technical,
    type: proof,
    status: proof,
    reason: proof,
    received_at: proof,
    expected_by: proof,
    updated_at: proof,
    verification: proof,
    subject: masked,
    plan: masked,
    proof,
  },
}

export const declaredLedgerTables = (): DeclaredStore[] =>
  Object.entries(tables).map(([store, columns]) => ({ store, zone: 'identity', fields: declaredFields(columns) }))
