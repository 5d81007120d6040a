/**
 * The files of a package, in the order in which they have to be written: what comes later tells of what came before, so each is made
 * when the one before it was read to its end.
 */
import { createHash } from 'node:crypto'
import type { AccessPackage, PackageStore } from './input.ts'
import type { AccessManifest, ManifestFile, ManifestStore } from './manifest.ts'
import { counted, newReading, observed, type Reading } from './reading.ts'
import { answerOf } from './readme/answer.ts'
import { readme } from './readme/page.ts'
import { inDescribedParts, toCsv, toJson } from './rows.ts'
import { schemaOf } from './schema.ts'

export interface PackageFile {
  readonly path: string
  readonly content: () => AsyncIterable<Uint8Array>
}

export interface PackageFiles {
  readonly files: readonly PackageFile[]
  /** What was written so far: complete once the last file was read to its end. */
  readonly manifest: () => AccessManifest
}

export function packageFiles(input: AccessPackage): PackageFiles {
  const stores = namedFiles(input.stores)
  const readings = stores.map(newReading)
  const written: ManifestFile[] = []
  const manifest = () => manifestOf(input, stores, written)

  const files: PackageFile[] = []
  const add = (path: string, parts: () => AsyncIterable<string>, rows?: () => number) =>
    files.push({ path, content: () => measured(parts(), (size) => written.push({ path, ...size, ...(rows && { rows: rows() }) })) })

  for (const [i, store] of input.stores.entries()) {
    const { json, csv, schema } = stores[i] as ManifestStore
    const reading = readings[i] as Reading
    const described = new Set(store.fields.map(({ name }) => name))
    const inParts = inDescribedParts(described)
    add(
      json,
      () => toJson(observed(store.rows(), described, inParts, reading)),
      () => reading.rows,
    )
    // The columns are known here: the rows were seen before.
    add(
      csv,
      () => toCsv([...described, ...reading.undescribed], counted(store.rows(), reading), inParts),
      () => reading.rowsInCsv,
    )
    add(schema, () => once(() => text(schemaOf(store, [...reading.undescribed]))))
  }
  add('README.html', () => once(() => readme(answerOf(input, stores, readings))))
  files.push({
    path: 'manifest.json',
    content: () =>
      measured(
        once(() => text(manifest())),
        () => undefined,
      ),
  })
  return { files, manifest }
}

const manifestOf = (
  { request, identifiers, otherStores }: AccessPackage,
  stores: readonly ManifestStore[],
  files: readonly ManifestFile[],
): AccessManifest => ({
  format: 'kanalblick-access-package',
  format_version: 1,
  request_id: request.id,
  received_at: request.receivedAt,
  generated_at: request.generatedAt,
  identifiers: identifiers.map(({ kind, named }) => ({ kind, named })),
  stores,
  other_stores: otherStores.map(({ store, reason }) => ({ store, reason })),
  files: [...files],
})

/** @throws Error when two stores would share a file: one of them would be missing */
function namedFiles(stores: readonly PackageStore[]): ManifestStore[] {
  const names = stores.map(({ store }) => store.replaceAll(/[^A-Za-z0-9._-]/g, '-'))
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) throw new Error('Two stores of an access package share a name.')
  return stores.map(({ store, zone }, i) => ({ store, zone, json: `data/${names[i]}.json`, csv: `data/${names[i]}.csv`, schema: `schema/${names[i]}.json` }))
}

const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

async function* once(make: () => string): AsyncGenerator<string, void> {
  yield make()
}

const chunkLength = 65_536

/** In chunks of some size, since a row alone is small; tells at the end how much there was. */
async function* measured(parts: AsyncIterable<string>, done: (size: Pick<ManifestFile, 'bytes' | 'sha256'>) => unknown): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256')
  let bytes = 0
  const chunkOf = (part: string) => {
    const chunk = Buffer.from(part)
    hash.update(chunk)
    bytes += chunk.length
    return chunk
  }
  let waiting = ''
  for await (const part of parts) {
    waiting += part
    if (waiting.length < chunkLength) continue
    yield chunkOf(waiting)
    waiting = ''
  }
  if (waiting !== '') yield chunkOf(waiting)
  done({ bytes, sha256: hash.digest('hex') })
}
