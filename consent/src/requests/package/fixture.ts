/** For this folder's tests: a package of a person with orders and decisions, and what its files say. */
import { type Annotation, annotations, enrichedEvent, type Holding, type SubjectRow } from '@kanalblick/stream'
import { packageFiles } from './files.ts'
import type { AccessPackage, PackageStore } from './input.ts'

export const order: SubjectRow = {
  id: '5b0f2d0c-6f0e-5a55-9c0e-0d2f6a7f1c11',
  type: 'order_placed',
  time: '2026-10-02T08:30:00.000Z',
  channel: 'shop',
  channel_instance: 'shopware:nordlicht:1',
  subject_web: 'v1:web_analytics:8c1d',
  country: 'DE',
  url_path: '',
  currency: 'EUR',
  amount_minor: 4990,
  item_name: ['Lampe'],
  metrics: {},
}

export const decided = (at: string, purpose: string, state: string, mechanism = 'click_accept'): SubjectRow => ({
  record_id: at,
  facts: JSON.stringify({ schema_version: 'cr-1', decisions: [{ purpose, state, basis: '6-1-a' }], notice: { version: '3' }, mechanism }),
  event_time: at,
})

const decisionFields: Annotation = { category: 'consent', purpose: 'consent_mgmt', retention: 'behaviour', erasure: 'mask' }

export const storeOf = (store: string, rows: readonly SubjectRow[], rest: Partial<PackageStore> = {}): PackageStore => ({
  store,
  zone: 'analytics',
  fields: Object.entries(enrichedEvent.shape).flatMap(([name, schema]) => {
    const annotation = annotations.get(schema)
    return annotation ? [{ name, annotation }] : []
  }),
  rows: () => streamed(rows),
  holdings: rows.length === 0 ? [] : [holding('books', rows.length)],
  ...rest,
})

export const holding = (what: string, rows: number, rest: Partial<Holding> = {}): Holding => ({ what, rows, onErasure: 'delete', ...rest })

export const ledgerOf = (rows: readonly SubjectRow[]): PackageStore =>
  storeOf('consent_records', rows, {
    zone: 'identity',
    fields: ['record_id', 'facts', 'event_time'].map((name) => ({ name, annotation: decisionFields })),
    holdings: [holding('decisions', rows.length, { onErasure: 'mask' })],
  })

export async function* streamed(rows: readonly SubjectRow[]): AsyncGenerator<SubjectRow, void> {
  yield* rows
}

export const given = (rest: Partial<AccessPackage> = {}): AccessPackage => ({
  request: { id: 'req-2026-0007', receivedAt: '2026-11-20T09:00:00.000Z', generatedAt: '2026-11-23T10:15:30.000Z' },
  controller: {
    name: 'Nordlicht Leuchten GmbH',
    contact: 'datenschutz@nordlicht.example',
    recipients: [{ name: 'Rechenzentrum Nord', country: 'DE', purpose: 'necessary' }],
  },
  identifiers: [
    { kind: 'email', named: true },
    { kind: 'customer', named: false },
  ],
  stores: [
    storeOf('events', [order, { ...order, type: 'order_paid' }]),
    ledgerOf([decided('2026-09-01T12:00:00.000Z', 'web_analytics', 'granted')]),
    storeOf('events.enriched.v1', []),
  ],
  otherStores: [{ store: 'rollup_channel_day', reason: 'totals' }],
  ...rest,
})

export const nobody = (): AccessPackage => given({ stores: given().stores.map((store) => ({ ...store, rows: () => streamed([]), holdings: [] })) })

/** Each file by its path, read in order. */
export async function contentsOf(input: AccessPackage): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>()
  for (const { path, content } of packageFiles(input).files) {
    const chunks: Uint8Array[] = []
    for await (const chunk of content()) chunks.push(chunk)
    contents.set(path, Buffer.concat(chunks))
  }
  return contents
}
export const readmeOf = async (input: AccessPackage): Promise<string> => String((await contentsOf(input)).get('README.html'))

/** What stands in one language. */
export const partOf = (page: string, language: 'de' | 'en'): string => {
  const [, de = '', en = ''] = page.split('<section class="part"')
  return language === 'de' ? de : en
}
