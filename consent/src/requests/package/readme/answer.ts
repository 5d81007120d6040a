/** What the explanation tells, before it has words. */
import { type Annotation, type DataCategory, type PurposeId, purposeIds } from '@kanalblick/stream'
import type { AccessPackage, PackageStore } from '../input.ts'
import type { ManifestStore } from '../manifest.ts'
import { type DecisionMade, latestOf, type Reading, type Source, sourceKey } from '../reading.ts'

export interface Answer extends Pick<AccessPackage, 'request' | 'controller' | 'identifiers' | 'otherStores' | 'timeZone'> {
  readonly rows: number
  /** All that there is about the person is that they asked. */
  readonly requestOnly: boolean
  /** Stores with rows of the person. */
  readonly stores: readonly AnsweredStore[]
  readonly emptyStores: readonly string[]
  /** What the filled fields are for, and what they are. */
  readonly purposes: ReadonlyMap<PurposeId, ReadonlySet<DataCategory>>
  readonly undescribed: boolean
  readonly sources: readonly Source[]
  /** Latest first. */
  readonly decisions: readonly DecisionMade[]
  readonly decisionCount: number
}

export interface AnsweredStore extends Pick<PackageStore, 'store' | 'zone' | 'holdings'> {
  readonly rows: number
  /** Between the two times that it was read. */
  readonly changed: boolean
  /** Of the filled fields. */
  readonly annotations: readonly Annotation[]
  readonly files: ManifestStore
}

const requestWords: readonly string[] = ['requests']

export function answerOf(input: AccessPackage, files: readonly ManifestStore[], readings: readonly Reading[]): Answer {
  const all = input.stores.map((store, i) => answered(store, files[i] as ManifestStore, readings[i] as Reading))
  const stores = all.filter(({ rows }) => rows > 0)
  const { request, controller, identifiers, otherStores, timeZone } = input
  return {
    request,
    controller,
    identifiers,
    otherStores,
    ...(timeZone !== undefined && { timeZone }),
    rows: stores.reduce((sum, { rows }) => sum + rows, 0),
    requestOnly: stores.length > 0 && stores.every(({ holdings }) => holdings.length > 0 && holdings.every(({ what }) => requestWords.includes(what))),
    stores,
    emptyStores: all.filter(({ rows }) => rows === 0).map(({ store }) => store),
    purposes: purposesOf(stores.flatMap(({ annotations }) => annotations)),
    undescribed: readings.some(({ undescribed }) => undescribed.size > 0),
    sources: merged(readings.flatMap(({ sources }) => [...sources.values()])),
    decisions: latestOf(readings.flatMap(({ decisions }) => decisions)),
    decisionCount: readings.reduce((sum, { decisionCount }) => sum + decisionCount, 0),
  }
}

const answered = ({ store, zone, holdings, fields }: PackageStore, files: ManifestStore, { rows, rowsInCsv, filled }: Reading): AnsweredStore => ({
  store,
  zone,
  holdings,
  rows,
  files,
  changed: rows !== rowsInCsv,
  annotations: fields.filter(({ name }) => filled.has(name)).map(({ annotation }) => annotation),
})

/** In the order of the purposes. */
function purposesOf(annotations: readonly Annotation[]): Map<PurposeId, Set<DataCategory>> {
  const used = purposeIds.filter((id) => annotations.some(({ purpose }) => purpose === id))
  return new Map(used.map((id) => [id, new Set(annotations.filter(({ purpose }) => purpose === id).map(({ category }) => category))]))
}

/** The same source may stand in several stores. */
function merged(sources: readonly Source[]): Source[] {
  const all = new Map<string, Source>()
  for (const source of sources) {
    const key = sourceKey(source)
    all.set(key, { ...source, rows: (all.get(key)?.rows ?? 0) + source.rows })
  }
  return [...all.values()]
}
