/**
 * The suppression list: subjects that asked for erasure, so that whatever arrives later about them stays without them. A token is a subject
 * reference, or stands for an order or a session of such a subject: what comes later about those need not name the person.
 */
import type { Kysely } from 'kysely'
import { among, chunked } from './chunk.ts'
import type { Keyring } from './keyring.ts'
import type { LedgerTables } from './tables.ts'

/** Not the keys themselves: those are gone when the person is. */
export const createTokens = (keyring: Pick<Keyring, 'mac'>) => ({
  orderToken: (orderKey: string) => `v1:${keyring.mac('order-token', orderKey)}`,
  sessionToken: (sessionKey: string) => `v1:${keyring.mac('session-token', sessionKey)}`,
})

export interface SuppressionList {
  /**
   * For good, or because of a request that nobody has decided about. Who is on the list already stays as they are, but for good outweighs a request.
   * @returns how many of them are new on the list, or there for good only now
   */
  suppress(tokens: readonly string[], pendingRequestId?: string | null): Promise<number>
  /** Which of these are on the list. */
  suppressed(tokens: readonly string[]): Promise<Suppressed>
  /** Takes from the list who is there because of a request that was denied or taken back. */
  lift(): Promise<void>
}
/** By token, because of which request; `null`: for good. */
export type Suppressed = ReadonlyMap<string, string | null>
export const isForGood = (suppressed: Suppressed, token: string): boolean => suppressed.get(token) === null

/** A list of no more is read whole where thousands are asked for: looking for each of them takes longer. */
const shortList = 500

export function createSuppressionList(db: Kysely<LedgerTables>, { now }: { now: () => Date }): SuppressionList {
  return {
    async suppress(tokens, pendingRequestId = null) {
      const suppressed_at = now().toISOString()
      let added = 0
      // PostgreSQL refuses to change a row twice in one statement.
      for (const some of chunked([...new Set(tokens)].toSorted())) {
        const rows = some.map((subject_ref) => ({ subject_ref, suppressed_at, pending_request_id: pendingRequestId }))
        const changed = await db
          .insertInto('suppressed_subjects')
          .values(rows)
          .onConflict((conflict) =>
            pendingRequestId === null
              ? conflict.column('subject_ref').doUpdateSet({ pending_request_id: null }).where('suppressed_subjects.pending_request_id', 'is not', null)
              : conflict.doNothing(),
          )
          .returning('subject_ref')
          .execute()
        added += changed.length
      }
      return added
    },
    async suppressed(tokens) {
      const listed = db.selectFrom('suppressed_subjects').select(['subject_ref', 'pending_request_id'])
      if (tokens.length > shortList) {
        const all = await listed.limit(shortList + 1).execute()
        if (all.length <= shortList) {
          const suppressed = requestsByToken(all)
          return new Map(tokens.flatMap((token) => (suppressed.has(token) ? [[token, suppressed.get(token) ?? null]] : [])))
        }
      }
      return requestsByToken(await listed.where(among(db, 'subject_ref', tokens)).execute())
    },
    async lift() {
      const ended = db.selectFrom('subject_requests').select('id').where('status', 'in', ['denied', 'revoked'])
      await db.deleteFrom('suppressed_subjects').where('pending_request_id', 'in', ended).execute()
    },
  }
}

const requestsByToken = (rows: readonly Pick<LedgerTables['suppressed_subjects'], 'subject_ref' | 'pending_request_id'>[]): Suppressed =>
  new Map(rows.map(({ subject_ref, pending_request_id }) => [subject_ref, pending_request_id]))
