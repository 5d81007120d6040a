/**
 * The subject vault: a random pseudonym per customer and purpose. Nothing but its row leads from one to the other, so deleting the row
 * leaves the rows of zone analytics without a person.
 */
import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { among, chunked } from './chunk.ts'
import { removeDeletedBytes } from './connect.ts'
import { type PseudonymPurpose, pseudonymPurposes } from './subject.ts'
import type { LedgerTables } from './tables.ts'

export interface Vault {
  /**
   * The pseudonyms of these customers, made where there is none yet: ask only for purposes that are granted. Keyed by `vaultKey`.
   * Processes that ask at once get the same.
   */
  pseudonyms(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, string>>
  /** All pseudonyms that these customers have. */
  known(subjectRefs: readonly string[]): Promise<string[]>
  /** Deletes the subjects' pseudonyms, from the files too. @returns how many */
  forget(subjectRefs: readonly string[]): Promise<number>
}

export interface Wanted {
  readonly subjectRef: string
  readonly purpose: PseudonymPurpose
}
export const vaultKey = ({ subjectRef, purpose }: Wanted): string => `${subjectRef} ${purpose}`

export function createVault(db: Kysely<LedgerTables>, { now }: { readonly now: () => Date }): Vault {
  async function read(wanted: readonly Wanted[]): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    const refs = [...new Set(wanted.map(({ subjectRef }) => subjectRef))]
    const rows = await db
      .selectFrom('subject_pseudonyms')
      .select(['subject_ref', 'purpose', 'pseudonym'])
      .where(among(db, 'subject_ref', refs))
      .execute()
    for (const { subject_ref, purpose, pseudonym } of rows) found.set(vaultKey({ subjectRef: subject_ref, purpose: purpose as PseudonymPurpose }), pseudonym)
    return found
  }

  async function create(wanted: readonly Wanted[]): Promise<void> {
    const created_at = now().toISOString()
    for (const some of chunked(wanted)) {
      const rows = some.map(({ subjectRef, purpose }) => ({ subject_ref: subjectRef, purpose, pseudonym: randomPseudonym(purpose), created_at }))
      await db
        .insertInto('subject_pseudonyms')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['subject_ref', 'purpose']).doNothing())
        .execute()
    }
  }

  return {
    async pseudonyms(wanted) {
      const found = await read(wanted)
      const missing = new Map(wanted.map((one) => [vaultKey(one), one] as const).filter(([key]) => !found.has(key)))
      if (missing.size === 0) return found
      // In one order everywhere, so that two processes never wait for each other.
      await create([...missing.keys()].toSorted().map((key) => missing.get(key) as Wanted))
      // Read back: another process may have been first.
      return read(wanted)
    },
    async known(subjectRefs) {
      const found = await read(subjectRefs.flatMap((subjectRef) => purposes.map((purpose) => ({ subjectRef, purpose }))))
      return [...found.values()].toSorted()
    },
    async forget(subjectRefs) {
      let deleted = 0
      for (const refs of chunked(subjectRefs)) {
        const { numDeletedRows } = await db.deleteFrom('subject_pseudonyms').where('subject_ref', 'in', refs).executeTakeFirst()
        deleted += Number(numDeletedRows)
      }
      await removeDeletedBytes(db)
      return deleted
    },
  }
}

const purposes = Object.keys(pseudonymPurposes) as PseudonymPurpose[]

const randomPseudonym = (purpose: PseudonymPurpose) => `v1:${pseudonymPurposes[purpose]}:${randomBytes(16).toString('hex')}`
