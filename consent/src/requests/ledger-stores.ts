/** What the ledger's database holds of a person: one store for each of its tables that names persons. */
import type { Holding, SubjectKeys, SubjectRow, SubjectStore } from '@kanalblick/stream'
import type { Kysely } from 'kysely'
import { chunked } from '../chunk.ts'
import type { Ledger } from '../ledger.ts'
import type { SubjectIndex } from '../subject-index.ts'
import type { LedgerTables } from '../tables.ts'
import type { Vault } from '../vault.ts'
import type { PersonIdentifier } from './person.ts'

interface LedgerStoresParts {
  readonly db: Kysely<LedgerTables>
  readonly ledger: Pick<Ledger, 'erase'>
  readonly vault: Pick<Vault, 'forget'>
  readonly index: Pick<SubjectIndex, 'forget'>
}

type PersonalTable = 'consent_records' | 'consent_current' | 'subject_pseudonyms' | 'subject_links' | 'subject_orders' | 'suppressed_subjects'

export function createLedgerStores({ db, ledger, vault, index }: LedgerStoresParts): SubjectStore[] {
  /** By reference; every table calls it the same. */
  async function* rowsOf(table: PersonalTable, { refs }: SubjectKeys): AsyncGenerator<SubjectRow, void> {
    for (const some of chunked(refs)) {
      const rows = await (db as unknown as Kysely<Record<string, { subject_ref: string }>>)
        .selectFrom(table)
        .selectAll()
        .where('subject_ref', 'in', some)
        .execute()
      yield* rows.map(readable).toSorted(inOrder)
    }
  }
  const count = async (table: PersonalTable, { refs }: SubjectKeys) => {
    let rows = 0
    for (const some of chunked(refs)) {
      const counted = await (db as unknown as Kysely<Record<string, { subject_ref: string }>>)
        .selectFrom(table)
        .select(({ fn }) => fn.countAll().as('rows'))
        .where('subject_ref', 'in', some)
        .executeTakeFirstOrThrow()
      rows += Number(counted.rows)
    }
    return rows
  }

  const storeOf = (name: PersonalTable, holding: Omit<Holding, 'rows'>, erase: (keys: SubjectKeys) => Promise<unknown>): SubjectStore => ({
    name,
    async holdings(keys) {
      const rows = await count(name, keys)
      return rows > 0 ? [{ ...holding, rows }] : []
    },
    rows: (keys) => rowsOf(name, keys),
    erase: async (keys) => void (await erase(keys)),
    remaining: (keys) => (holding.onErasure === 'keep' ? Promise.resolve(0) : count(name, keys)),
  })

  const forgetDecisions = ({ refs }: SubjectKeys) => ledger.erase(refs)
  const forgetLinks = ({ refs, orderKeys }: SubjectKeys) => index.forget(refs, orderKeys)
  return [
    storeOf('subject_pseudonyms', { what: 'pseudonyms', onErasure: 'delete' }, ({ refs }) => vault.forget(refs)),
    storeOf('subject_links', { what: 'links', onErasure: 'delete' }, forgetLinks),
    storeOf('subject_orders', { what: 'order_links', onErasure: 'delete' }, forgetLinks),
    storeOf('consent_current', { what: 'current_decisions', onErasure: 'delete' }, forgetDecisions),
    // That a decision was made, when and on which notice, is the proof of Art. 7(1) and 17(3)(e): it names nobody any more.
    storeOf('consent_records', { what: 'decisions', onErasure: 'mask', reason: 'proof_of_consent' }, forgetDecisions),
    requestStore(db),
    storeOf('suppressed_subjects', { what: 'suppression', onErasure: 'keep', reason: 'suppression' }, async () => undefined),
  ]
}

/**
 * Requests of the person. That they were made and answered is kept; whose they were goes, also from one that still waits, which is then about
 * whom else it named. An erasure that is being carried out has a plan, and ends by itself.
 */
function requestStore(db: Kysely<LedgerTables>): SubjectStore {
  async function find({ refs }: SubjectKeys) {
    const wanted = new Set(refs)
    const rows = await db.selectFrom('subject_requests').selectAll().where('subject', 'is not', null).orderBy('received_at').orderBy('id').execute()
    return rows.filter(({ subject }) => identifiersIn(subject).some(({ ref }) => wanted.has(ref)))
  }
  const findEnded = async (keys: SubjectKeys) => (await find(keys)).filter(({ status }) => status !== 'in_progress')
  const findOthers = async (keys: SubjectKeys) => (await find(keys)).filter(({ plan }) => plan === null)
  return {
    name: 'subject_requests',
    async holdings(keys) {
      const rows = (await findEnded(keys)).length
      return rows > 0 ? [{ what: 'requests', rows, onErasure: 'mask', reason: 'proof_of_request' }] : []
    },
    async *rows(keys) {
      for (const { plan: _, subject, proof, ...row } of await find(keys))
        yield { ...row, subject: JSON.parse(subject ?? 'null'), proof: JSON.parse(proof ?? 'null') }
    },
    async erase(keys) {
      const gone = new Set(keys.refs)
      for (const { id, status, subject } of await findOthers(keys)) {
        const left = status === 'in_progress' ? identifiersIn(subject).filter(({ ref }) => !gone.has(ref)) : []
        const changed = { subject: left.length > 0 ? JSON.stringify(left) : null }
        await db.updateTable('subject_requests').set(changed).where('id', '=', id).where('plan', 'is', null).execute()
      }
    },
    remaining: async (keys) => (await findOthers(keys)).length,
  }
}

const identifiersIn = (subject: string | null) => JSON.parse(subject ?? '[]') as PersonIdentifier[]

/** JSON in a column is shown as what it says. */
const readable = (row: Readonly<Record<string, unknown>>): SubjectRow =>
  typeof row['facts'] === 'string' ? { ...row, facts: JSON.parse(row['facts']) as unknown } : row

const inOrder = (a: SubjectRow, b: SubjectRow) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
