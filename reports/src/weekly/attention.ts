/** What to look at first: the gaps in the data before anything that the data say. */
import type { Basis } from './basis.ts'
import type { ComparisonName, Sums } from './facts.ts'
import type { SectionComparison } from './model.ts'

export type Attention =
  | { readonly kind: 'silent_sources'; readonly channelInstances: readonly string[] }
  | { readonly kind: 'late_sources'; readonly channelInstances: readonly string[] }
  | { readonly kind: 'missing_days'; readonly days: readonly string[] }
  | { readonly kind: 'losses_rose'; readonly comparison: ComparisonName; readonly share: number; readonly shareBefore: number }
  | { readonly kind: 'product_fell'; readonly comparison: ComparisonName; readonly product: string; readonly name: string; readonly changeMinor: number }
  | { readonly kind: 'nothing_fell'; readonly comparison: ComparisonName }
  | { readonly kind: 'no_comparison' }

export interface Situation {
  readonly basis: Basis
  readonly current: Sums
  readonly before: { readonly name: ComparisonName; readonly sums: Sums } | undefined
  readonly compared: SectionComparison | undefined
}

/** Five points more of the gross revenue lost to cancellations and refunds than in the week compared with. */
const tellingRise = 500

export function attentionTo({ basis, current, before, compared }: Situation): Attention {
  if (basis.silentSources.length > 0) return { kind: 'silent_sources', channelInstances: basis.silentSources.map(({ channelInstance }) => channelInstance) }
  if (basis.lateSources.length > 0) return { kind: 'late_sources', channelInstances: basis.lateSources.map(({ channelInstance }) => channelInstance) }
  if (basis.missingDays.length > 0) return { kind: 'missing_days', days: basis.missingDays }
  if (!before || !compared) return { kind: 'no_comparison' }
  const share = lostShare(current)
  const shareBefore = lostShare(before.sums)
  if (share !== null && shareBefore !== null && share - shareBefore >= tellingRise)
    return { kind: 'losses_rose', comparison: before.name, share: share / 10_000, shareBefore: shareBefore / 10_000 }
  const fallen = compared.products.parts.findLast(({ key, changeMinor }) => key !== '' && changeMinor < 0)
  return fallen
    ? { kind: 'product_fell', comparison: before.name, product: fallen.key, name: fallen.name ?? '', changeMinor: fallen.changeMinor }
    : { kind: 'nothing_fell', comparison: before.name }
}

/** In hundredths of a per cent, as the query API rounds shares. */
const lostShare = ({ revenueGrossMinor, cancelledMinor, refundsMinor }: Sums): number | null =>
  revenueGrossMinor > 0 ? Math.round(((cancelledMinor + refundsMinor) / revenueGrossMinor) * 10_000) : null
