/** The access package as the person opens it: unpacked, and its explanation in a real browser, on a phone and on a desk. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { type AccessManifest, type AccessPackage, missingStores, type PackageStore, zipAccessPackage } from '@kanalblick/consent'
import { type Annotation, annotations, enrichedEvent, type Holding, type SubjectRow } from '@kanalblick/stream'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserMissing, startBrowser, violations, type Watched, watch } from '../support/browser.ts'
import { unzip } from '../support/unzip.ts'

const eventFields = Object.entries(enrichedEvent.shape).flatMap(([name, schema]) => {
  const annotation = annotations.get(schema)
  return annotation ? [{ name, annotation }] : []
})
const consent: Annotation = { category: 'consent', purpose: 'consent_mgmt', retention: 'behaviour', erasure: 'mask' }

const order: SubjectRow = {
  id: '5b0f2d0c-6f0e-5a55-9c0e-0d2f6a7f1c11',
  type: 'order_placed',
  time: '2026-10-02T08:30:00.000Z',
  channel: 'shop',
  channel_instance: 'shopware:nordlicht-leuchten:018f2a7c',
  subject_web: 'v1:web_analytics:8c1d5e0f6a7b',
  order_key: 'v1:order:4f2ac9',
  country: 'DE',
  currency: 'EUR',
  amount_minor: 4990,
  item_name: ['=Lampe "Lyngby"'],
}
const visit: SubjectRow = {
  ...order,
  type: 'page_viewed',
  channel: 'web',
  channel_instance: 'web:shop',
  url_path: '/leuchten',
  device_class: 'mobile',
  utm_source: 'newsletter',
}

const decided = (at: string, purpose: string, state: string, mechanism: string): SubjectRow => ({
  record_id: `01993f6e-${at.slice(0, 4)}`,
  facts: JSON.stringify({ schema_version: 'cr-1', decisions: [{ purpose, state, basis: '6-1-a' }], notice: { version: '3' }, mechanism }),
  event_time: at,
})
const decisions = [
  decided('2025-05-11T16:20:00.000Z', 'web_analytics', 'granted', 'click_accept'),
  decided('2025-05-11T16:20:00.000Z', 'ad_measurement', 'denied', 'click_accept'),
  decided('2025-09-02T07:41:00.000Z', 'direct_marketing', 'granted', 'double_opt_in'),
  decided('2026-08-30T19:05:00.000Z', 'direct_marketing', 'withdrawn', 'toggle_save'),
]

async function* streamed(rows: readonly SubjectRow[]): AsyncGenerator<SubjectRow, void> {
  yield* rows
}

const store = (name: string, rows: readonly SubjectRow[], holdings: readonly Omit<Holding, 'rows'>[], rest: Partial<PackageStore> = {}): PackageStore => ({
  store: name,
  zone: 'analytics',
  fields: eventFields,
  rows: () => streamed(rows),
  holdings: holdings.map((holding) => ({ ...holding, rows: Math.ceil(rows.length / holdings.length) })),
  ...rest,
})
const identity = { zone: 'identity', fields: ['record_id', 'facts', 'event_time'].map((name) => ({ name, annotation: consent })) } as const

const stores = [
  store(
    'events',
    [order, visit, visit, { ...order, type: 'order_paid' }],
    [
      { what: 'behaviour', onErasure: 'delete' },
      { what: 'books', onErasure: 'mask' },
    ],
  ),
  store('consent_records', decisions, [{ what: 'decisions', onErasure: 'mask' }], identity),
  store('subject_pseudonyms', [{ purpose: 'web_analytics', pseudonym: 'v1:web_analytics:8c1d5e0f6a7b' }], [{ what: 'pseudonyms', onErasure: 'delete' }], {
    zone: 'identity',
    fields: ['purpose', 'pseudonym'].map((name) => ({
      name,
      annotation: { category: 'pseudonym', purpose: 'web_analytics', retention: 'behaviour', erasure: 'delete' },
    })),
  }),
  store('events.enriched.v1', [order], [{ what: 'enriched_events', onErasure: 'expire', until: '2026-11-30T10:15:30.000Z' }]),
  store('events.collected.v1', [], []),
  store('rejected.consent.v1', [], []),
] as const

const found: AccessPackage = {
  request: { id: '019a8d2e-44c1-7f3a-9b1e-5d0c7b6a2f10', receivedAt: '2026-11-20T09:00:00.000Z', generatedAt: '2026-11-23T10:15:30.000Z' },
  controller: {
    name: 'Nordlicht Leuchten GmbH',
    address: 'Hafenstraße 12, 24103 Kiel',
    contact: 'datenschutz@nordlicht.example',
    supervisoryAuthority: 'Unabhängiges Landeszentrum für Datenschutz Schleswig-Holstein, Kiel',
    recipients: [
      { name: 'Rechenzentrum Nord GmbH', country: 'DE', purpose: 'necessary' },
      { name: 'Example Mail Inc.', country: 'US', purpose: 'direct_marketing', safeguard: 'EU-US Data Privacy Framework' },
    ],
  },
  identifiers: [
    { kind: 'email', named: true },
    { kind: 'customer', named: false },
    { kind: 'device', named: false },
  ],
  stores,
  otherStores: [
    { store: 'rollup_channel_day', reason: 'totals' },
    { store: 'rollup_product_day', reason: 'totals' },
    { store: 'fates', reason: 'technical' },
  ],
  timeZone: 'Europe/Berlin',
}
const notFound: AccessPackage = { ...found, controller: undefined, stores: stores.map((each) => ({ ...each, rows: () => streamed([]), holdings: [] })) }

const filesOf = async (input: AccessPackage) => unzip(await buffer(zipAccessPackage(input).stream))

test('unpacks to the files of its manifest, byte for byte, and answers for every store that holds persons', async () => {
  const files = await filesOf(found)
  const manifest = JSON.parse(String(files.get('manifest.json'))) as AccessManifest
  expect(manifest.files.map(({ path, sha256 }) => [path, sha256])).toEqual(
    [...files].filter(([path]) => path !== 'manifest.json').map(([path, content]) => [path, createHash('sha256').update(content).digest('hex')]),
  )
  const holdPersons = stores.map((each) => each.store)
  expect(missingStores(holdPersons, manifest)).toEqual([])
})

describe.skipIf(browserMissing)(`the explanation${browserMissing ? ` (skipped: ${browserMissing})` : ''}`, () => {
  let directory: string
  let browser: Browser

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kanalblick-access-'))
    browser = await startBrowser()
    for (const [name, input] of Object.entries({ found, notFound })) {
      await writeFile(join(directory, `${name}.html`), (await filesOf(input)).get('README.html') ?? '')
    }
  })
  afterAll(async () => {
    await browser.close()
    await rm(directory, { recursive: true })
  })

  async function open(name: string, theme: 'light' | 'dark', width: number): Promise<{ page: Page; watched: Watched }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: theme })
    const watched = watch(page)
    await page.goto(String(pathToFileURL(join(directory, `${name}.html`))))
    return { page, watched }
  }

  const cases = ['found', 'notFound'].flatMap((name) =>
    (['light', 'dark'] as const).flatMap((theme) => [360, 1000].map((width) => [name, theme, width] as const)),
  )
  test.each(cases)('%s is sound in %s at %i px: no fault, no request, no violation of WCAG 2.1 A or AA, nothing cut off', async (name, theme, width) => {
    const { page, watched } = await open(name, theme, width)
    expect(await violations(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    expect(watched.faults).toEqual([])
    expect([...watched.hosts]).toEqual([''])
    await page.close()
  })

  test('has its headings in order, each part in its language, and every link leads somewhere', async () => {
    const { page } = await open('found', 'light', 1000)
    const levels = await page.locator('h1, h2, h3').evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName.slice(1))))
    expect(levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1)).toEqual([])
    expect(await page.locator('section.part').evaluateAll((parts) => parts.map((part) => part.getAttribute('lang')))).toEqual(['de', 'en'])
    await page.getByRole('link', { name: 'English' }).click()
    await page.getByRole('link', { name: 'Your consents' }).click()
    await page.getByRole('heading', { name: 'Your consents', exact: true }).waitFor()
    expect(new URL(page.url()).hash).toBe('#en-consent')
    const targets = await page.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    for (const target of targets) expect(await page.locator(target ?? '').count()).toBe(1)
    await page.close()
  })
})
