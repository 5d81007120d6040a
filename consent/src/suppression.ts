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
  /** @returns how many of them are new on the list */
  suppress(tokens: readonly string[], requestId?: string): Promise<number>
  /** Which of these are on the list. */
  suppressed(subjectRefs: readonly string[]): Promise<ReadonlySet<string>>
}

/** A list of no more is read whole where thousands are asked for: looking for each of them takes longer. */
const shortList = 500

export function createSuppressionList(db: Kysely<LedgerTables>, { now }: { now: () => Date }): SuppressionList {
  return {
    async suppress(tokens, requestId) {
      const suppressed_at = now().toISOString()
      let added = 0
      for (const some of chunked(tokens.toSorted())) {
        const rows = some.map((subject_ref) => ({ subject_ref, suppressed_at, request_id: requestId ?? null }))
        const inserted = await db
          .insertInto('suppressed_subjects')
          .values(rows)
          .onConflict((conflict) => conflict.doNothing())
          .returning('subject_ref')
          .execute()
        added += inserted.length
      }
      return added
    },
    async suppressed(subjectRefs) {
      const listed = db.selectFrom('suppressed_subjects').select('subject_ref')
      if (subjectRefs.length > shortList) {
        const all = await listed.limit(shortList + 1).execute()
        if (all.length <= shortList) {
          const suppressed = new Set(all.map(({ subject_ref }) => subject_ref))
          return new Set(subjectRefs.filter((ref) => suppressed.has(ref)))
        }
      }
      const rows = await listed.where(among(db, 'subject_ref', subjectRefs)).execute()
      return new Set(rows.map(({ subject_ref }) => subject_ref))
    },
  }
}
