/** What a package contains, so that it can be checked without being believed. */
import type { IdentifierKind, Zone } from '@kanalblick/stream'

export interface AccessManifest {
  readonly format: 'kanalblick-access-package'
  readonly format_version: 1
  readonly request_id: string
  readonly received_at: string
  readonly generated_at: string
  readonly identifiers: readonly { readonly kind: IdentifierKind; readonly named: boolean }[]
  readonly stores: readonly ManifestStore[]
  readonly other_stores: readonly { readonly store: string; readonly reason: string }[]
  /** All but the manifest itself, in their order in the package. */
  readonly files: readonly ManifestFile[]
}

export interface ManifestStore {
  readonly store: string
  readonly zone: Zone
  readonly json: string
  readonly csv: string
  readonly schema: string
}

export interface ManifestFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** Of data: how many. Differs between the formats of a store only if the store changed while the package was written. */
  readonly rows?: number
}

/** Which of these stores the package does not answer for with all of its files. An answer is complete when this is empty for all stores that hold persons. */
export function missingStores(stores: readonly string[], { stores: answered, files }: Pick<AccessManifest, 'stores' | 'files'>): string[] {
  const paths = new Set(files.map(({ path }) => path))
  const complete = new Set(answered.filter(({ json, csv, schema }) => [json, csv, schema].every((path) => paths.has(path))).map(({ store }) => store))
  return stores.filter((store) => !complete.has(store))
}
