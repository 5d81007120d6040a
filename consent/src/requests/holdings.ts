import type { SubjectKeys, SubjectStore } from '@kanalblick/stream'
import type { PersonIdentifier } from './person.ts'
import type { StoreHoldings } from './request.ts'

/** What every store holds of the person; stores without anything are named too. */
export async function holdingsOf(stores: readonly SubjectStore[], keys: SubjectKeys): Promise<StoreHoldings[]> {
  const found: StoreHoldings[] = []
  for (const store of stores) found.push({ store: store.name, holdings: await store.holdings(keys) })
  return found
}

/** How many identifiers of each kind. */
export function countsOf(identifiers: readonly Pick<PersonIdentifier, 'kind'>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind } of identifiers) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
