import type { SourceEvent } from '@kanalblick/ingest'

const devices = [
  { class: 'mobile', browser: 'Firefox', os: 'Android' },
  { class: 'mobile', browser: 'Safari', os: 'iOS' },
  { class: 'desktop', browser: 'Chrome', os: 'Windows' },
  { class: 'tablet', browser: 'Safari', os: 'iPadOS' },
  { class: 'desktop', browser: 'Edge', os: 'Windows' },
] as const
const countries = ['DE', 'DE', 'AT', 'DE', 'CH', 'DE', 'DE'] as const
const referrers = ['www.idealo.de', 'www.google.com', 'l.instagram.com', 'geizhals.at', 'www.toppreise.ch', 'www.bing.com'] as const
const campaigns = ['herbst', 'kaffee-november', 'marke', 'becher-neuheiten'] as const
const sources = [
  { source: 'newsletter', medium: 'email' },
  { source: 'google', medium: 'cpc' },
  { source: 'instagram', medium: 'social' },
] as const

const of = <Value>(values: readonly Value[], index: number): Value => values[index % values.length] as Value

/** Product views with consent, as a shop's tracker sends them: about 550 bytes each. Neighbours come from different visits. */
export function sampleEvents(count: number): SourceEvent[] {
  const endMs = Date.now()
  return Array.from({ length: count }, (_, index) => ({
    type: 'product_viewed',
    nativeId: `view-${index}`,
    source: 'bench',
    time: new Date(endMs - 7 * (count - index)).toISOString(),
    identifiers: [{ kind: 'device', value: `d-${index % 5000}-4f1c9e` }],
    sessionId: `s-${index % 9000}`,
    consent: { purposes: { web_analytics: true }, origin: 'event' },
    context: {
      country: of(countries, index),
      device: of(devices, index),
      referrer_host: of(referrers, index),
      utm_source: of(sources, index).source,
      utm_medium: of(sources, index).medium,
      utm_campaign: of(campaigns, index),
    },
    data: {
      url_path: `/kueche/becher-${index % 700}`,
      item: { sku: `sku-${index % 700}`, name: `Becher Modell ${index % 700}`, category: `Becher ${index % 11}`, brand: 'Nordlicht' },
    },
  }))
}
