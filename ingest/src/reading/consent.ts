/** Choices that travel with an event. What a signal does not mention stays unknown, and unknown counts as denied. */
import type { PurposeId } from '@kanalblick/stream'
import type { ConsentSignal, WriteKey } from '../ports.ts'

/** What banners commonly call their categories, in lower case; C0002 and C0004 are OneTrust's. */
const commonCategories: ReadonlyMap<string, readonly PurposeId[]> = new Map<string, readonly PurposeId[]>([
  ...namesOf(['analytics', 'performance', 'statistics', 'c0002'], 'web_analytics'),
  ...namesOf(['advertising', 'marketing', 'targeting', 'c0004'], 'ad_measurement'),
  ...namesOf(['personalization', 'personalisation'], 'personalisation'),
])

function namesOf(names: readonly string[], purpose: PurposeId) {
  return names.map((name) => [name, [purpose]] as const)
}

/** What Global Privacy Control and Do Not Track object to: marketing, profiling, sharing. */
const objected = { ad_measurement: false, personalisation: false, platform_sharing: false } as const

/** Segment's `context.consent.categoryPreferences`. Where two categories mean one purpose, a refusal wins. */
export function fromCategories(preferences: unknown, categories: WriteKey['consentCategories'] = {}): ConsentSignal | undefined {
  if (typeof preferences !== 'object' || preferences === null) return undefined
  const purposes: ConsentSignal['purposes'] = {}
  for (const [category, granted] of Object.entries(preferences)) {
    if (typeof granted !== 'boolean') continue
    const meant = Object.hasOwn(categories, category) ? categories[category] : commonCategories.get(category.toLowerCase())
    for (const purpose of meant ?? []) purposes[purpose] = granted && purposes[purpose] !== false
  }
  return Object.keys(purposes).length > 0 ? { purposes, origin: 'segment_context' } : undefined
}

/** The browser's objection holds against what the same event says: whether the banner was answered later is not known here. */
export const withObjection = (signal: ConsentSignal | undefined, objects: boolean): ConsentSignal | undefined =>
  objects ? { purposes: { ...signal?.purposes, ...objected }, origin: signal?.origin ?? 'gpc' } : signal
