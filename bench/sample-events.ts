import type { SourceEvent } from '@kanalblick/ingest'

/** Product views with consent, as a shop's tracker sends them: about 550 bytes each. */
export function sampleEvents(count: number): SourceEvent[] {
  const time = new Date().toISOString()
  return Array.from({ length: count }, (_, index) => ({
    type: 'product_viewed',
    nativeId: `view-${index}`,
    source: 'bench',
    time,
    identifiers: [{ kind: 'device', value: `d-${index % 5000}-4f1c9e` }],
    consent: { purposes: { web_analytics: true }, origin: 'event' },
    context: {
      country: 'DE',
      device: { class: 'mobile', browser: 'Firefox', os: 'Android' },
      session_id: `s-${index % 9000}`,
      referrer_host: 'www.idealo.de',
      utm_source: 'newsletter',
      utm_medium: 'email',
      utm_campaign: 'herbst',
    },
    data: { url_path: '/kueche/becher', item: { sku: `sku-${index % 700}`, name: `Becher Modell ${index % 700}`, category: 'Becher', brand: 'Nordlicht' } },
  }))
}
