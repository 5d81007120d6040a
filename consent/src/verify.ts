/** Walks the chain from its start and compares what was derived from it. Safe while others append: what was appended later is left out. */
import type { Kysely } from 'kysely'
import { chainStart, commitmentTo, hashOf } from './chain.ts'
import type { Facts } from './record.ts'
import type { ConsentRecordRow, LedgerTables } from './tables.ts'

export interface Verification {
  readonly intact: boolean
  /** Records seen. */
  readonly records: number
  /** The first hundred. */
  readonly faults: readonly LedgerFault[]
}
export interface LedgerFault {
  readonly sequence: number
  readonly fault:
    | 'record_changed' // its content is not what was hashed
    | 'record_missing' // a number of the sequence is not there
    | 'chain_broken' // it does not follow the record before it
    | 'chain_cut' // the end of the chain is not there
    | 'decision_changed' // the latest decision as the stage sees it is not what the records say
}

const pageSize = 1_000
const faultLimit = 100

export async function verifyLedger(db: Kysely<LedgerTables>): Promise<Verification> {
  const end = await db.selectFrom('consent_chain').selectAll().where('id', '=', 1).executeTakeFirstOrThrow()
  const faults: LedgerFault[] = []
  let records = 0
  let last = { sequence: 0, hash: chainStart }
  while (faults.length < faultLimit) {
    const page = await db
      .selectFrom('consent_records')
      .selectAll()
      .where('sequence', '>', last.sequence)
      .where('sequence', '<=', end.sequence)
      .orderBy('sequence')
      .limit(pageSize)
      .execute()
    for (const row of page) {
      faults.push(...faultsOf(row, last))
      last = row
      records++
    }
    faults.push(...(await forgottenDecisions(db, page)))
    if (page.length < pageSize) break
  }
  if (last.sequence !== end.sequence || last.hash !== end.hash) faults.push({ sequence: end.sequence, fault: 'chain_cut' })
  faults.push(...(await inventedDecisions(db)))
  return { intact: faults.length === 0, records, faults: faults.slice(0, faultLimit) }
}

function faultsOf(row: ConsentRecordRow, before: { readonly sequence: number; readonly hash: string }): LedgerFault[] {
  const { sequence } = row
  if (sequence !== before.sequence + 1) return [{ sequence: before.sequence + 1, fault: 'record_missing' }]
  const faults: LedgerFault[] = []
  if (row.prev_hash !== before.hash) faults.push({ sequence, fault: 'chain_broken' })
  const erased = row.salt === null && row.subject_ref === null
  if (row.hash !== hashOf(row) || (!erased && row.commitment !== commitmentTo(row))) faults.push({ sequence, fault: 'record_changed' })
  return faults
}

/** Records whose decision is neither the latest of its subject and purpose nor followed by a later one. */
async function forgottenDecisions(db: Kysely<LedgerTables>, page: readonly ConsentRecordRow[]): Promise<LedgerFault[]> {
  const refs = [...new Set(page.flatMap((row) => row.subject_ref ?? []))]
  const current = refs.length === 0 ? [] : await db.selectFrom('consent_current').selectAll().where('subject_ref', 'in', refs).execute()
  const latest = new Map(current.map((row) => [`${row.subject_ref} ${row.purpose}`, row]))
  return page.flatMap((row) => {
    if (row.subject_ref === null) return []
    const forgotten = decisionsOf(row.facts).some(({ purpose }) => (latest.get(`${row.subject_ref} ${purpose}`)?.sequence ?? 0) < row.sequence)
    return forgotten ? [{ sequence: row.sequence, fault: 'decision_changed' as const }] : []
  })
}

/** Latest decisions that no record says. */
async function inventedDecisions(db: Kysely<LedgerTables>): Promise<LedgerFault[]> {
  const faults: LedgerFault[] = []
  for (let after = ''; ; ) {
    const page = await db
      .selectFrom('consent_current as current')
      .leftJoin('consent_records as record', (join) =>
        join.onRef('record.sequence', '=', 'current.sequence').onRef('record.subject_ref', '=', 'current.subject_ref'),
      )
      .select([
        'current.subject_ref',
        'current.purpose',
        'current.state',
        'current.sequence',
        'current.received_time',
        'record.facts',
        'record.received_time as recorded',
      ])
      .where('current.subject_ref', '>', after)
      .orderBy('current.subject_ref')
      // All purposes of a subject at once: there are fewer of them than rows on a page.
      .limit(pageSize)
      .execute()
    const lastRef = page.at(-1)?.subject_ref
    const whole = page.length < pageSize ? page : page.filter((row) => row.subject_ref !== lastRef)
    for (const { sequence, purpose, state, facts, received_time, recorded } of whole) {
      const said =
        facts !== null && received_time === recorded && decisionsOf(facts).some((decision) => decision.purpose === purpose && decision.state === state)
      if (!said) faults.push({ sequence, fault: 'decision_changed' })
    }
    if (page.length < pageSize || faults.length >= faultLimit) return faults
    after = whole.at(-1)?.subject_ref as string
  }
}

const decisionsOf = (facts: string): Facts['decisions'] => {
  try {
    return (JSON.parse(facts) as Facts).decisions
  } catch {
    return []
  }
}
