/** The register of requests: what each is about, how far it has come, and the proof of how it ended. */
import type { Kysely } from 'kysely'
import { removeDeletedBytes } from '../connect.ts'
import type { LedgerTables, SubjectRequestRow } from '../tables.ts'
import type { PersonIdentifier } from './person.ts'
import { type DenialReason, expectedByOf, type RequestType, type SubjectRequest, type Verification } from './request.ts'

export interface NewRequest {
  readonly id: string
  readonly type: RequestType
  readonly subject: readonly PersonIdentifier[]
  readonly verification?: Verification | undefined
}

export type RequestChange = Partial<Pick<SubjectRequest, 'status' | 'reason' | 'verification' | 'subject' | 'plan' | 'proof'>>

export interface RequestRegister {
  /** Opened again under the same id, it stays as it is. */
  open(request: NewRequest): Promise<SubjectRequest>
  find(id: string): Promise<SubjectRequest | undefined>
  /** A request that has ended stays as it is: another process may have ended it meanwhile. A plan that is deleted is gone from the files too. */
  change(id: string, change: RequestChange): Promise<void>
  /** Denies it, or takes it back, and forgets whose it was. An erasure that is verified may be under way. @returns whether it was not too late */
  end(id: string, status: 'denied' | 'revoked', reason: DenialReason | null): Promise<boolean>
  /** Of several processes that plan at once, the first one's plan holds. @returns the plan that holds; `null` once the request has ended */
  keepPlan(id: string, plan: string): Promise<string | null>
  /** The newest first. */
  list(): Promise<SubjectRequest[]>
  /** Verified, and not ended: they go on wherever they were cut off. */
  unfinished(): Promise<SubjectRequest[]>
  /** Fulfilled access requests whose package was there to be fetched long enough. */
  forgetSubjectsBefore(instant: string): Promise<void>
}

export function createRequestRegister(db: Kysely<LedgerTables>, { now }: { readonly now: () => Date }): RequestRegister {
  const find = async (id: string) => {
    const row = await db.selectFrom('subject_requests').selectAll().where('id', '=', id).executeTakeFirst()
    return row && fromRow(row)
  }
  return {
    async open({ id, type, subject, verification }) {
      const receivedAt = now()
      await db
        .insertInto('subject_requests')
        .values({
          id,
          type,
          status: 'in_progress',
          reason: verification ? null : 'need_user_verification',
          received_at: receivedAt.toISOString(),
          expected_by: expectedByOf(receivedAt),
          updated_at: receivedAt.toISOString(),
          verification: verification ?? null,
          subject: JSON.stringify(subject),
          plan: null,
          proof: null,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
      return (await find(id)) as SubjectRequest
    },
    find,
    async change(id, { subject, proof, ...columns }) {
      const texts = { ...(subject !== undefined && { subject: jsonOrNull(subject) }), ...(proof !== undefined && { proof: jsonOrNull(proof) }) }
      await db
        .updateTable('subject_requests')
        .set({ ...columns, ...texts, updated_at: now().toISOString() })
        .where('id', '=', id)
        .where('status', '=', 'in_progress')
        .execute()
      // A plan leads to the person for whoever has the keys.
      if (columns.plan === null) await removeDeletedBytes(db)
    },
    async end(id, status, reason) {
      const { numUpdatedRows } = await db
        .updateTable('subject_requests')
        .set({ status, reason, subject: null, updated_at: now().toISOString() })
        .where('id', '=', id)
        .where('status', '=', 'in_progress')
        .where((row) => row.or([row('type', '!=', 'erasure'), row('verification', 'is', null)]))
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async keepPlan(id, plan) {
      const unplanned = db.updateTable('subject_requests').set({ plan }).where('id', '=', id).where('status', '=', 'in_progress').where('plan', 'is', null)
      await unplanned.execute()
      return (await find(id))?.plan ?? null
    },
    async list() {
      const rows = await db.selectFrom('subject_requests').selectAll().orderBy('received_at', 'desc').orderBy('id').limit(1000).execute()
      return rows.map(fromRow)
    },
    async unfinished() {
      const rows = await db.selectFrom('subject_requests').selectAll().where('status', '=', 'in_progress').where('verification', 'is not', null).execute()
      return rows.map(fromRow)
    },
    async forgetSubjectsBefore(instant) {
      const ended = db.updateTable('subject_requests').set({ subject: null }).where('status', '!=', 'in_progress').where('updated_at', '<', instant)
      const { numUpdatedRows } = await ended.where('subject', 'is not', null).executeTakeFirst()
      if (numUpdatedRows > 0n) await removeDeletedBytes(db)
    },
  }
}

const jsonOrNull = (value: unknown) => (value === null ? null : JSON.stringify(value))
const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text))

const fromRow = (row: SubjectRequestRow): SubjectRequest => ({
  id: row.id,
  type: row.type as RequestType,
  status: row.status as SubjectRequest['status'],
  reason: row.reason as SubjectRequest['reason'],
  receivedAt: row.received_at,
  expectedBy: row.expected_by,
  updatedAt: row.updated_at,
  verification: row.verification as Verification | null,
  subject: parsed(row.subject) as SubjectRequest['subject'],
  plan: row.plan,
  proof: parsed(row.proof) as SubjectRequest['proof'],
})
