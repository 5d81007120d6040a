/** The latest decisions of the subjects that a stage meets, remembered from batch to batch and as current as the ledger. */
import type { Ledger } from './ledger.ts'
import { createRecent } from './recent.ts'
import type { CurrentDecisions, DecisionsByPurpose } from './record.ts'

export interface KnownDecisions {
  /** As of now: what was appended to the ledger before the call, by whichever process, is in the answer. Every subject asked for is. */
  current(subjectRefs: readonly string[]): Promise<CurrentDecisions>
}

/** As many subjects as are about within minutes, with some hundred bytes each. */
const remembered = 50_000

/**
 * The ledger is a log of its own changes: what its chain has grown by since the last question names the subjects to ask for again. An erasure
 * grows no chain, and needs not: whoever is erased is on the suppression list, which is asked anew for every batch and comes first.
 */
export function createKnownDecisions(ledger: Pick<Ledger, 'current' | 'changedSince'>): KnownDecisions {
  const known = createRecent<DecisionsByPurpose>(remembered)
  let sequence: number | undefined
  return {
    async current(subjectRefs) {
      const changes = await ledger.changedSince(sequence)
      if (changes.subjectRefs) for (const ref of changes.subjectRefs) known.delete(ref)
      else known.clear()
      const decisions = new Map<string, DecisionsByPurpose>()
      const missing: string[] = []
      for (const ref of subjectRefs) {
        const before = known.get(ref)
        if (before) decisions.set(ref, before)
        else missing.push(ref)
      }
      const read = missing.length > 0 ? await ledger.current(missing) : undefined
      for (const ref of missing) {
        const found = read?.get(ref) ?? none
        known.set(ref, found)
        decisions.set(ref, found)
      }
      // Not before the answer is complete: after a failed question the same changes are asked for again.
      sequence = changes.sequence
      return decisions
    },
  }
}

const none: DecisionsByPurpose = new Map()
