/**
 * The consent ledger: append-only, hash-chained. Its sequence, not a clock, says which of two decisions is the later one.
 */
import { randomBytes } from 'node:crypto'
import type { PurposeId } from '@kanalblick/stream'
import type { Kysely, Transaction } from 'kysely'
import { commitmentTo, hashOf } from './chain.ts'
import { among, chunked } from './chunk.ts'
import { removeDeletedBytes } from './connect.ts'
import type { CurrentDecision, CurrentDecisions, Decision, Facts, NewConsentRecord, Receipt } from './record.ts'
import { createSuppressionList, isForGood, type SuppressionList } from './suppression.ts'
import type { ConsentRecordRow, LedgerTables } from './tables.ts'
import { type Verification, verifyLedger } from './verify.ts'

export interface Ledger extends SuppressionList {
  /** Appends all records or none. Receipts come in the order of the records. @throws LedgerError SUBJECT_ERASED when one is of a subject suppressed for good */
  append(records: readonly NewConsentRecord[]): Promise<Receipt[]>
  /**
   * Appends what `effectOf` leaves of each decision: judged one after the other, against the ledger as it stands at that moment, so that no
   * decision of another process comes in between. For statements that arrive again and again, or late.
   */
  appendEffects(records: readonly StatedRecord[], effectOf: EffectOf): Promise<Receipt[]>
  /** The latest decision of each subject on each purpose; subjects without any are missing. */
  current(subjectRefs: readonly string[]): Promise<CurrentDecisions>
  /**
   * The end of the chain, and the subjects of whom something was appended behind `sequence`; without `subjectRefs` it may be anybody.
   * What an erasure removed is not among it.
   */
  changedSince(sequence: number | undefined): Promise<LedgerChanges>
  /** Looks for records that were changed, removed or added behind the ledger's back. */
  verify(): Promise<Verification>
  /** Removes these subjects from their records, and keeps them on the suppression list. The chain stays whole. @returns how many records */
  erase(subjectRefs: readonly string[]): Promise<number>
}

class LedgerError extends Error {
  readonly code: 'SUBJECT_ERASED'
  constructor(code: 'SUBJECT_ERASED') {
    super('A person named here had their data erased. Nothing was recorded.')
    this.name = 'LedgerError'
    this.code = code
  }
}

export interface LedgerChanges {
  readonly sequence: number
  readonly subjectRefs?: readonly string[]
}

export type StatedRecord = NewConsentRecord & { readonly receivedTime: string }
/** @returns what the decision means on top of the current one; `undefined`: nothing new */
export type EffectOf = (current: CurrentDecision | undefined, decision: Decision, receivedTime: string) => Decision | undefined

export interface LedgerOptions {
  readonly now: () => Date
  readonly newId: () => string
}

export function createLedger(db: Kysely<LedgerTables>, { now, newId }: LedgerOptions): Ledger {
  const append = (records: readonly NewConsentRecord[]) =>
    db.transaction().execute(async (transaction) => {
      const end = await lockChain(transaction)
      const allowed = await withoutErased(transaction, records)
      if (allowed.length < records.length) throw new LedgerError('SUBJECT_ERASED')
      return link(transaction, end, records)
    })

  /** Asked under the chain's lock, which an erasure takes too: whatever is appended is either seen by the erasure or refused because of it. */
  async function withoutErased<Of extends NewConsentRecord>(transaction: Transaction<LedgerTables>, records: readonly Of[]): Promise<Of[]> {
    const suppressed = await createSuppressionList(transaction, { now }).suppressed([...new Set(records.map(({ subjectRef }) => subjectRef))])
    return records.filter(({ subjectRef }) => !isForGood(suppressed, subjectRef))
  }

  /** Rows are linked in memory first: a batch is a few statements, whatever its size. */
  async function link(transaction: Transaction<LedgerTables>, end: ChainEnd, records: readonly NewConsentRecord[]): Promise<Receipt[]> {
    if (records.length === 0) return []
    const rows: ConsentRecordRow[] = []
    for (const record of records) rows.push(toRow(record, rows.at(-1) ?? end, { now, newId }))
    for (const values of chunked(rows)) await transaction.insertInto('consent_records').values(values).execute()
    await upsertCurrent(transaction, records, rows)
    const { sequence, hash } = rows.at(-1) as ConsentRecordRow
    await transaction.updateTable('consent_chain').set({ sequence, hash }).where('id', '=', 1).execute()
    return rows.map(({ record_id, hash, sequence }) => ({ record_id, hash, sequence }))
  }

  return {
    ...createSuppressionList(db, { now }),
    append,
    appendEffects: (records, effectOf) =>
      db.transaction().execute(async (transaction) => {
        const end = await lockChain(transaction)
        const allowed = await withoutErased(transaction, records)
        const current = await readCurrent(transaction, [...new Set(allowed.map(({ subjectRef }) => subjectRef))])
        return link(transaction, end, effects(allowed, current, effectOf))
      }),
    current: (subjectRefs) => readCurrent(db, subjectRefs),
    async changedSince(sequence) {
      const end = await db.selectFrom('consent_chain').select('sequence').where('id', '=', 1).executeTakeFirstOrThrow()
      // A shorter chain is another ledger: one that was restored from a backup.
      if (sequence === undefined || end.sequence < sequence || end.sequence > sequence + maxChanges) return end
      if (end.sequence === sequence) return { sequence, subjectRefs: [] }
      const records = db.selectFrom('consent_records').select('subject_ref').where('sequence', '>', sequence).where('sequence', '<=', end.sequence)
      const rows = await records.execute()
      return { sequence: end.sequence, subjectRefs: rows.flatMap(({ subject_ref }) => subject_ref ?? []) }
    },
    verify: () => verifyLedger(db),
    async erase(subjectRefs) {
      const erased = await db.transaction().execute(async (transaction) => {
        await lockChain(transaction)
        // Whoever remembers decisions asks this list first, so it must not be without the subjects for a moment.
        await createSuppressionList(transaction, { now }).suppress(subjectRefs)
        let records = 0
        for (const refs of chunked(subjectRefs)) {
          await transaction.deleteFrom('consent_current').where('subject_ref', 'in', refs).execute()
          const nobody = { subject_ref: null, subject_ref_kind: null, event_time: null, salt: null }
          const { numUpdatedRows } = await transaction.updateTable('consent_records').set(nobody).where('subject_ref', 'in', refs).executeTakeFirst()
          records += Number(numUpdatedRows)
        }
        return records
      })
      await removeDeletedBytes(db)
      return erased
    },
  }
}

/** Beyond so many, asking for everybody again costs less. */
const maxChanges = 20_000

type ChainEnd = Pick<ConsentRecordRow, 'sequence' | 'hash'>

/** An update that changes nothing: it waits until every other appender is done, and makes others wait until this one is. */
const lockChain = (transaction: Transaction<LedgerTables>): Promise<ChainEnd> =>
  transaction
    .updateTable('consent_chain')
    .set((row) => ({ sequence: row.ref('sequence') }))
    .where('id', '=', 1)
    .returning(['sequence', 'hash'])
    .executeTakeFirstOrThrow()

function toRow(record: NewConsentRecord, previous: ChainEnd, { now, newId }: LedgerOptions): ConsentRecordRow {
  const { decisions, notice, mechanism, origin, jurisdiction, language } = record
  const facts: Facts = { schema_version: 'cr-1', decisions, notice, mechanism, origin, jurisdiction, language }
  const personal = {
    subject_ref: record.subjectRef,
    subject_ref_kind: record.subjectRefKind,
    event_time: record.eventTime,
    salt: randomBytes(16).toString('hex'),
  }
  const linked = {
    sequence: previous.sequence + 1,
    record_id: newId(),
    facts: JSON.stringify(facts),
    received_time: record.receivedTime ?? now().toISOString(),
    commitment: commitmentTo(personal),
    prev_hash: previous.hash,
  }
  return { ...linked, ...personal, hash: hashOf(linked) }
}

async function upsertCurrent(transaction: Transaction<LedgerTables>, records: readonly NewConsentRecord[], rows: readonly ConsentRecordRow[]): Promise<void> {
  const latest = new Map<string, LedgerTables['consent_current']>()
  for (const [i, { subjectRef, decisions }] of records.entries()) {
    const { sequence, received_time } = rows[i] as ConsentRecordRow
    for (const { purpose, state } of decisions) latest.set(`${subjectRef} ${purpose}`, { subject_ref: subjectRef, purpose, state, sequence, received_time })
  }
  for (const values of chunked([...latest.values()])) {
    await transaction
      .insertInto('consent_current')
      .values(values)
      .onConflict((conflict) =>
        conflict.columns(['subject_ref', 'purpose']).doUpdateSet((row) => ({
          state: row.ref('excluded.state'),
          sequence: row.ref('excluded.sequence'),
          received_time: row.ref('excluded.received_time'),
        })),
      )
      .execute()
  }
}

type Mutable = Map<string, Map<PurposeId, CurrentDecision>>

async function readCurrent(db: Kysely<LedgerTables>, subjectRefs: readonly string[]): Promise<Mutable> {
  const current: Mutable = new Map()
  const rows = await db
    .selectFrom('consent_current')
    .selectAll()
    .where(among(db, 'subject_ref', subjectRefs))
    .execute()
  for (const { subject_ref, purpose, state, sequence, received_time } of rows)
    put(current, subject_ref, purpose, { state, sequence, receivedAt: received_time })
  return current
}

function put(current: Mutable, subjectRef: string, purpose: PurposeId, decision: CurrentDecision): void {
  const decisions = current.get(subjectRef)
  if (decisions) decisions.set(purpose, decision)
  else current.set(subjectRef, new Map([[purpose, decision]]))
}

/** Later statements are judged on top of earlier ones of the same call. */
function effects(records: readonly StatedRecord[], current: Mutable, effectOf: EffectOf): NewConsentRecord[] {
  const effective: NewConsentRecord[] = []
  for (const record of records) {
    const { subjectRef, receivedTime } = record
    const decisions = record.decisions.flatMap((decision) => effectOf(current.get(subjectRef)?.get(decision.purpose), decision, receivedTime) ?? [])
    if (decisions.length === 0) continue
    for (const { purpose, state } of decisions) put(current, subjectRef, purpose, { state, sequence: Number.POSITIVE_INFINITY, receivedAt: receivedTime })
    effective.push({ ...record, decisions })
  }
  return effective
}
