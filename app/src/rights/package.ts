/** The package that answers an access request: every store of the data map, as it stands when the package is fetched. */
import type { Readable } from 'node:stream'
import { type Controller, zipAccessPackage } from '@kanalblick/consent'
import { holdsPersons, type SubjectKeys, type SubjectRow } from '@kanalblick/stream'
import { dataMap, reasonOf } from './data-map.ts'
import type { OpenRights } from './open.ts'

export interface PackageOptions {
  readonly controller: Controller | undefined
  readonly timeZone: string
  readonly now: () => Date
}

/** @throws RequestError PACKAGE_NOT_READY, PACKAGE_GONE, REQUEST_UNKNOWN */
export async function openPackage(id: string, { rights, stores }: OpenRights, { controller, timeZone, now }: PackageOptions): Promise<Readable> {
  const { request, identifiers, keys, found } = await rights.packageOf(id)
  const declared = dataMap()
  const { stream } = zipAccessPackage({
    request: { id, receivedAt: request.receivedAt, generatedAt: now().toISOString() },
    controller,
    timeZone,
    identifiers: identifiers.map(({ kind, named }) => ({ kind, named })),
    stores: declared.filter(holdsPersons).map(({ store, zone, fields }) => ({
      store,
      zone,
      fields,
      rows: readOnce(() => rowsOf(stores, store, keys)),
      holdings: found.find((one) => one.store === store)?.holdings ?? [],
    })),
    otherStores: declared.filter((one) => !holdsPersons(one)).map((one) => ({ store: one.store, reason: reasonOf(one) })),
  })
  return stream
}

function rowsOf(stores: OpenRights['stores'], name: string, keys: SubjectKeys) {
  const store = stores.find((one) => one.name === name)
  if (!store) throw new Error(`No store searches ${name}.`)
  return store.rows(keys)
}

/** A store whose rows are few is searched once for both formats: some ten megabytes at most. */
const keptRows = 20_000

function readOnce(read: () => AsyncIterable<SubjectRow>): () => AsyncIterable<SubjectRow> {
  let kept: readonly SubjectRow[] | undefined
  return async function* () {
    if (kept) return yield* kept
    const rows: SubjectRow[] = []
    for await (const row of read()) {
      if (rows.length <= keptRows) rows.push(row)
      yield row
    }
    if (rows.length <= keptRows) kept = rows
  }
}
