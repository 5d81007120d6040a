/** Everything that is stored of a shopper is in their access package, and nothing of anybody else. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { dataMap } from '@kanalblick/app/rights'
import { type AccessManifest, missingStores, type ShownRequest } from '@kanalblick/consent'
import { holdsPersons } from '@kanalblick/stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserMissing, startBrowser, watch } from '../support/browser.ts'
import { askKanalblick, temporaryFolder } from '../support/product.ts'
import { type Dump, dumpOf } from '../support/subjects/dump.ts'
import { messagesOf } from '../support/subjects/messages.ts'
import { tracesOf } from '../support/subjects/oracle.ts'
import { foreignFiles, missingRows, type Opened, openPackage } from '../support/subjects/package.ts'
import { openShop, type Shop } from '../support/subjects/shop.ts'
import { isOf, type Shopper, shoppers } from '../support/subjects/shoppers.ts'

const [subject, other, mother, sibling] = shoppers(4) as [Shopper, Shopper, Shopper, Shopper]
/** Two of one family, on one telephone and one device. */
const son: Shopper = { ...sibling, phone: mother.phone, device: mother.device }
const all = [subject, other, mother, son]

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let shop: Shop
let dump: Dump

beforeAll(async () => {
  folder = await temporaryFolder()
  shop = await openShop(folder.path)
  await shop.start()
  for (const shopper of all) await shop.send(messagesOf(shopper))
  await shop.importFile(all)
  await shop.drained()
  await shop.stop()
  dump = await dumpOf(shop.folder)
  await shop.start()
}, 240_000)
afterAll(async () => {
  await shop.stop()
  await folder.remove()
})

async function overHttp(...identifiers: { kind: string; value: string }[]): Promise<Opened> {
  const { request_id } = await shop.ask<ShownRequest>('POST', '/v1/requests', { type: 'access', identifiers, verification: 'operator' })
  await shop.fulfilled(request_id)
  return openPackage(await shop.download(`/v1/requests/${request_id}/package`))
}

/** Events as they were sent: they lie encrypted in the log. Whose a malformed one is, nobody can tell: it could not be read. */
function sealedOf(shopper: Shopper): number {
  const { cloudEvents, segment, csv } = messagesOf(shopper)
  return cloudEvents.filter((event) => !JSON.stringify(event).includes('-malformed')).length + segment.length + csv.length
}

function expectWhole(opened: Opened, shopper: Shopper): void {
  expect(missingRows(shopper, dump, opened)).toEqual({})
  expect(opened.rows.get('events.collected.v1')).toHaveLength(sealedOf(shopper))
  expect(opened.rows.get('rejected.consent.v1')).toHaveLength(2)
  const manifest = JSON.parse(String(opened.files.get('manifest.json'))) as AccessManifest
  const personal = dataMap().filter(holdsPersons)
  expect(
    missingStores(
      personal.map(({ store }) => store),
      manifest,
    ),
  ).toEqual([])
}

test('over HTTP: every row that every store holds of them, and no file with anything of the others', { timeout: 120_000 }, async () => {
  const opened = await overHttp({ kind: 'email', value: subject.email })
  expectWhole(opened, subject)
  expect(foreignFiles([other, mother, son], dump, opened)).toEqual([])
  const traces = tracesOf(subject, dump)
  for (const store of ['subject_pseudonyms', 'subject_links', 'subject_orders', 'consent_current', 'consent_records', 'events.consented.v1'])
    expect([store, opened.rows.get(store)?.length]).toEqual([store, traces.rows[store]])
})

test('from the command line: the same, in a zip that only its owner may read', { timeout: 120_000 }, async () => {
  const out = join(folder.path, 'access.zip')
  await askKanalblick(['subject', 'access', '--customer', subject.customer, '--out', out, ...shop.data])
  const opened = openPackage(await readFile(out))
  expectWhole(opened, subject)
  expect(foreignFiles([other, mother, son], dump, opened)).toEqual([])
})

test.skipIf(browserMissing)('its explanation opens in a browser without a fault', { timeout: 120_000 }, async () => {
  const opened = await overHttp({ kind: 'email', value: subject.email })
  const path = join(folder.path, 'README.html')
  await writeFile(path, opened.files.get('README.html') ?? '')
  const browser = await startBrowser()
  try {
    const page = await browser.newPage()
    const { faults } = watch(page)
    await page.goto(String(pathToFileURL(path)))
    await page.getByRole('link', { name: 'English' }).click()
    expect(faults).toEqual([])
  } finally {
    await browser.close()
  }
})

test('it describes every field of the rows and calls every store and what is in it by a name, in both languages', async () => {
  const { files } = await overHttp({ kind: 'email', value: subject.email })
  const schemas = [...files].filter(([path]) => path.startsWith('schema/')).map(([path, content]) => [path, JSON.parse(String(content))] as const)
  expect(schemas.map(([path, schema]) => [path, schema.fields_without_description]).filter(([, fields]) => fields)).toEqual([])
  const page = String(files.get('README.html'))
  const nameless = dataMap().filter(({ store }) => page.includes(`><code>${store}</code>`) || !page.includes(` <code>${store}</code>`))
  expect(nameless.map(({ store }) => store)).toEqual([])
  const named = [...page.matchAll(/<th scope="row">([^<]+)<\/th>/g)].map(([, name]) => name)
  expect(named).toContain('Links between your identifiers and orders')
  expect(named.filter((name) => /^[a-z_]+$/.test(name ?? ''))).toEqual([])
})

test('whoever is not known is told so', async () => {
  const opened = await overHttp({ kind: 'email', value: 'niemand@nirgends.example' })
  expect(String(opened.files.get('README.html'))).toContain('apart from the record of your request, nothing about you is stored')
  expect([...opened.rows].filter(([store, rows]) => rows.length > 0 && store !== 'subject_requests')).toEqual([])
})

test('a package that leaves out a store is found out', async () => {
  const opened = await overHttp({ kind: 'email', value: subject.email })
  const manifest = JSON.parse(String(opened.files.get('manifest.json'))) as AccessManifest
  for (const store of Object.keys(tracesOf(subject, dump).rows)) {
    const rows = new Map([...opened.rows].filter(([name]) => name !== store))
    expect(Object.keys(missingRows(subject, dump, { ...opened, rows }))).toEqual([store])
    const stores = manifest.stores.filter((answered) => answered.store !== store)
    expect(missingStores([store], { ...manifest, stores })).toEqual([store])
  }
})

describe('a family on one telephone and one device', () => {
  const named = [{ kind: 'email', value: mother.email }]
  const phone = { kind: 'phone', value: mother.phone }

  test('what they share is handed to nobody, and told', async () => {
    expect((await shop.preview(named)).ambiguous).toEqual(['device', 'phone'])
    expect(foreignFiles([subject, other], dump, await overHttp(...named))).toEqual([])
    expect(holdsOf(son, await overHttp(...named))).toEqual([])
  })

  test('named, the telephone is searched too, and nothing comes of it that names the other', async () => {
    const alone = await overHttp(...named)
    const opened = await overHttp(...named, phone)
    expect(opened.rows.get('events')?.length).toBeGreaterThan(alone.rows.get('events')?.length ?? 0)
    const texts = [...opened.rows].flatMap(([store, rows]) => rows.map((row) => [store, JSON.stringify(row)] as const))
    const pseudonyms = (dump.rows.get('subject_pseudonyms') ?? []).filter((row) => [...tracesOf(son, dump).refs].some((ref) => row.includes(ref)))
    const keys = pseudonyms.flatMap((row) => row.match(/v1:[a-z]+:[0-9a-f]{32}/g) ?? [])
    expect(keys).toHaveLength(3)
    for (const secret of [son.email, son.customer, son.buyer, ...keys])
      expect(texts.filter(([, row]) => row.includes(secret)).map(([store]) => store)).toEqual([])
  })

  test('an erasure of one leaves every row of the other as it was', { timeout: 240_000 }, async () => {
    await askKanalblick(['subject', 'erase', '--email', mother.email, ...shop.data])
    await shop.stop()
    const after = await dumpOf(shop.folder)
    for (const store of ['events', 'events.consented.v1', 'events.enriched.v1', 'rejected.transform.v1', 'consent_records']) {
      const theirs = ({ newest }: Dump) => (newest.get(store) ?? []).filter((row) => isOf(son, row))
      expect(theirs(dump).length).toBeGreaterThan(0)
      expect([store, theirs(after)]).toEqual([store, theirs(dump)])
    }
  })
})

/** Stores of a package with a row that only the shopper can have caused. */
const holdsOf = ({ word, email, customer }: Shopper, { rows }: Opened) =>
  [...rows].filter(([, found]) => found.some((row) => [word, email, customer].some((text) => JSON.stringify(row).includes(text)))).map(([store]) => store)
