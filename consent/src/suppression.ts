/** The suppression list: subjects that asked for erasure, so that whatever arrives later about them stays without them. */
import type { Kysely } from 'kysely'
import { among, chunked } from './chunk.ts'
import type { LedgerTables } from './tables.ts'

export interface SuppressionList {
  suppress(subjectRefs: readonly string[]): Promise<void>
  /** Which of these are on the list. */
  suppressed(subjectRefs: readonly string[]): Promise<ReadonlySet<string>>
}

export function createSuppressionList(db: Kysely<LedgerTables>, { now }: { now: () => Date }): SuppressionList {
  return {
    async suppress(subjectRefs) {
      const suppressed_at = now().toISOString()
      for (const refs of chunked(subjectRefs.toSorted())) {
        const rows = refs.map((subject_ref) => ({ subject_ref, suppressed_at }))
        await db
          .insertInto('suppressed_subjects')
          .values(rows)
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      }
    },
    async suppressed(subjectRefs) {
      const rows = await db
        .selectFrom('suppressed_subjects')
        .select('subject_ref')
        .where(among(db, 'subject_ref', subjectRefs))
        .execute()
      return new Set(rows.map(({ subject_ref }) => subject_ref))
    },
  }
}
