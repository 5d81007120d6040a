/** Every topic and table of the product. What holds persons must be searched for whoever asks; a test compares it with what really exists. */
import { declaredLedgerTables } from '@kanalblick/consent'
import { type Annotation, type DeclaredStore, declaredFields, declaredTopics } from '@kanalblick/stream'
import { dataMap as warehouseTables } from '@kanalblick/warehouse'

const technical: Annotation = { category: 'technical', purpose: 'necessary', retention: 'books', erasure: 'keep' }
const sums: Annotation = { category: 'aggregate', purpose: 'order_statistics', retention: 'books', erasure: 'keep' }
const staff: Annotation = { category: 'pseudonym', purpose: 'necessary', retention: 'books', erasure: 'keep' }

const columns = (names: string, annotation = technical) => Object.fromEntries(names.split(' ').map((name) => [name, annotation]))

/** They name the merchant's own staff, who are let in and out by the operator, and no customer. */
const exempt = 'accounts'

/** Of the ledger's database, beside the ledger's own. */
const appTables: readonly DeclaredStore[] = [
  { store: 'access_keys', zone: 'identity', fields: declaredFields(columns('id kind hash channel channel_instance origins created_at revoked_at')), exempt },
  { store: 'sign_in_codes', zone: 'identity', fields: declaredFields(columns('hash expires_at')), exempt },
  { store: 'sessions', zone: 'identity', fields: declaredFields(columns('id hash created_at last_seen_at expires_at revoked_at')), exempt },
  { store: 'weekly_reports', zone: 'identity', fields: declaredFields({ ...columns('week from_day to_day made_at'), ...columns('summary files', sums) }) },
  {
    store: 'weekly_mails',
    zone: 'identity',
    fields: declaredFields({ ...columns('week state doubts claim claimed_until'), recipient: staff }),
    exempt,
  },
  { store: 'ledger_migrations', zone: 'identity', fields: declaredFields(columns('name')) },
]

export const dataMap = (): DeclaredStore[] => [
  ...declaredTopics(),
  ...declaredLedgerTables(),
  ...appTables,
  ...warehouseTables.map(({ table, columns }): DeclaredStore => ({ store: table, zone: 'analytics', fields: declaredFields(columns) })),
]

/** Why a store holds nobody, in a word that the access package explains. */
export const reasonOf = ({ exempt, fields }: DeclaredStore): string =>
  exempt ?? (fields.some(({ annotation }) => annotation.category === 'aggregate') ? 'totals' : 'technical')
