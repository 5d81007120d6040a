/** What a shop's servers send: CloudEvents of about 550 bytes with consent, one in twenty an order. */

export interface Marker {
  /** A number of its own: it becomes the product that the marker orders. */
  readonly number: number
}

/** The body of one batched request. Ids are unique per run and `first`. */
export function eventsBody(run: string, { first, count }: { readonly first: number; readonly count: number }): Buffer {
  const time = new Date().toISOString()
  return Buffer.from(JSON.stringify(Array.from({ length: count }, (_, n) => eventOf(run, first + n, time))))
}

/** An order that can be found again in a report by its product. */
export function markerBody(run: string, { number }: Marker): Buffer {
  const data = { ...orderOf(`${run}-marker-${number}`, [lineOf(`marker-${number}`, 1)]), identifiers: [{ kind: 'customer', value: `marker-${run}` }] }
  return Buffer.from(JSON.stringify([{ ...envelopeOf(`${run}-marker-${number}`, new Date().toISOString()), type: 'order_placed', data }]))
}

const envelopeOf = (id: string, time: string) => ({ specversion: '1.0', id, source: 'bench', time })

function eventOf(run: string, n: number, time: string) {
  const device = `d-${n % 50_000}-4f1c9e`
  const shared = {
    consent: { purposes: { web_analytics: n % 5 !== 0 } },
    context: {
      country: ['DE', 'DE', 'DE', 'AT', 'CH'][n % 5],
      session_id: `s-${n % 20_000}`,
      url: `https://shop.example/kueche/becher?utm_source=newsletter&utm_medium=email&utm_campaign=herbst`,
      referrer: 'https://www.idealo.de/preisvergleich',
      user_agent: 'Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0',
    },
  }
  if (n % 20 === 0) {
    const lines = [lineOf(`sku-${n % 700}`, 1 + (n % 3)), lineOf(`sku-${(n * 7) % 700}`, 1)]
    const identifiers = [{ kind: 'customer', value: `c-${n % 30_000}` }]
    return { ...envelopeOf(`${run}-${n}`, time), type: 'order_placed', data: { ...orderOf(`${run}-${n}`, lines), ...shared, identifiers } }
  }
  const item = { sku: `sku-${n % 700}`, name: `Becher Modell ${n % 700}`, category: 'Becher', brand: 'Nordlicht' }
  const data = { url_path: '/kueche/becher', item, identifiers: [{ kind: 'device', value: device }], ...shared, consent: { purposes: { web_analytics: true } } }
  return { ...envelopeOf(`${run}-${n}`, time), type: 'product_viewed', data }
}

const lineOf = (sku: string, quantity: number) => ({ sku, name: `Becher ${sku}`, category: 'Becher', quantity, line_net_minor: 1250 * quantity })

function orderOf(id: string, items: readonly ReturnType<typeof lineOf>[]) {
  const net = items.reduce((sum, { line_net_minor }) => sum + line_net_minor, 0)
  return { order_id: `o-${id}`, currency: 'EUR', total_net_minor: net, tax_minor: Math.round(net * 0.19), items }
}
