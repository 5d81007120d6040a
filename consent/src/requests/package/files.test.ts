import { createHash } from 'node:crypto'
import type { SubjectRow } from '@kanalblick/stream'
import { describe, expect, test } from 'vitest'
import { contentsOf, decided, given, ledgerOf, nobody, order, storeOf, streamed } from './fixture.ts'
import type { AccessPackage } from './input.ts'
import { type AccessManifest, missingStores } from './manifest.ts'

const manifestIn = (contents: ReadonlyMap<string, Buffer>): AccessManifest => JSON.parse(String(contents.get('manifest.json')))
const manifestOf = async (input: AccessPackage) => manifestIn(await contentsOf(input))
const textOf = async (input: AccessPackage, path: string) => String((await contentsOf(input)).get(path))
const one = (row: SubjectRow, fields: readonly string[] = Object.keys(row)) =>
  given({ stores: [storeOf('events', [row], { fields: fields.map((name) => ({ name, annotation: annotation })) })] })
const annotation = { category: 'technical', purpose: 'necessary', retention: 'books', erasure: 'keep' } as const

describe('the files', () => {
  test('answer for every store, with rows or without, and for the package as a whole', async () => {
    expect([...(await contentsOf(given())).keys()]).toEqual([
      'data/events.json',
      'data/events.csv',
      'schema/events.json',
      'data/consent_records.json',
      'data/consent_records.csv',
      'schema/consent_records.json',
      'data/events.enriched.v1.json',
      'data/events.enriched.v1.csv',
      'schema/events.enriched.v1.json',
      'README.html',
      'manifest.json',
    ])
  })

  test('are listed in the manifest with what they hold', async () => {
    const contents = await contentsOf(given())
    const { files, ...manifest } = manifestIn(contents)
    expect(files.map(({ path, bytes, sha256 }) => [path, bytes, sha256])).toEqual(
      [...contents]
        .filter(([path]) => path !== 'manifest.json')
        .map(([path, content]) => [path, content.length, createHash('sha256').update(content).digest('hex')]),
    )
    expect(files.flatMap(({ path, rows }) => (rows === undefined ? [] : [[path, rows]]))).toEqual([
      ['data/events.json', 2],
      ['data/events.csv', 2],
      ['data/consent_records.json', 1],
      ['data/consent_records.csv', 1],
      ['data/events.enriched.v1.json', 0],
      ['data/events.enriched.v1.csv', 0],
    ])
    expect(manifest).toMatchObject({
      format: 'kanalblick-access-package',
      format_version: 1,
      request_id: 'req-2026-0007',
      generated_at: '2026-11-23T10:15:30.000Z',
      identifiers: [
        { kind: 'email', named: true },
        { kind: 'customer', named: false },
      ],
      other_stores: [{ store: 'rollup_channel_day', reason: 'totals' }],
    })
    expect(manifest.stores[0]).toEqual({
      store: 'events',
      zone: 'analytics',
      json: 'data/events.json',
      csv: 'data/events.csv',
      schema: 'schema/events.json',
    })
  })

  test('are an empty array and a header line where the store holds nothing of the person', async () => {
    const contents = await contentsOf(nobody())
    expect(String(contents.get('data/consent_records.json'))).toBe('[]\n')
    expect(String(contents.get('data/consent_records.csv'))).toBe('record_id,facts,event_time\r\n')
  })

  test('give back the rows exactly as they are stored', async () => {
    expect(JSON.parse(await textOf(given(), 'data/events.json'))).toEqual([order, { ...order, type: 'order_paid' }])
  })

  test('have names that every system can write, and no two stores the same', async () => {
    expect((await manifestOf(given({ stores: [storeOf('ledger:../consent records', [])] }))).stores[0]?.json).toBe('data/ledger-..-consent-records.json')
    await expect(contentsOf(given({ stores: [storeOf('a:b', []), storeOf('A/b', [])] }))).rejects.toThrow('share a name')
  })
})

describe('the tables', () => {
  test('are safe to open in a spreadsheet', async () => {
    expect(await textOf(one({ campaign: '=cmd|calc!A1', units: -3, said: 'a "quoted", text' }), 'data/events.csv')).toBe(
      'campaign,units,said\r\n\'=cmd|calc!A1,-3,"a ""quoted"", text"\r\n',
    )
  })

  test('show nested values as JSON and missing ones as nothing', async () => {
    expect(await textOf(one({ names: ['a', 'b'], totals: { n: 1 }, none: null }, ['names', 'totals', 'none', 'absent']), 'data/events.csv')).toBe(
      'names,totals,none,absent\r\n"[""a"",""b""]","{""n"":1}",,\r\n',
    )
  })

  test('have a column for each part of what is described in parts, and lose no part that is not', async () => {
    const row = { id: 'e1', context: { country: 'DE', device: { kind: 'phone' }, guessed: 1 }, consent: null }
    const contents = await contentsOf(one(row, ['id', 'context.country', 'context.device', 'consent.origin']))
    expect(String(contents.get('data/events.csv'))).toBe(
      'id,context.country,context.device,consent.origin,context.guessed\r\ne1,DE,"{""kind"":""phone""}",,1\r\n',
    )
    expect(JSON.parse(String(contents.get('schema/events.json'))).fields_without_description).toEqual(['context.guessed'])
    expect(JSON.parse(String(contents.get('data/events.json')))).toEqual([row])
  })

  test.each([{ context: 'DE' }, { context: ['DE'] }])('keep as it is what does not come in parts: %o', async (row) => {
    const contents = await contentsOf(one(row, ['context.country']))
    expect(JSON.parse(String(contents.get('schema/events.json'))).fields_without_description).toEqual(['context'])
  })

  test('lose no field that the store forgot to describe', async () => {
    const contents = await contentsOf(one({ known: 1, forgotten: 'x' }, ['known']))
    expect(String(contents.get('data/events.csv'))).toBe('known,forgotten\r\n1,x\r\n')
    expect(JSON.parse(String(contents.get('schema/events.json'))).fields_without_description).toEqual(['forgotten'])
    expect(String(contents.get('README.html'))).toContain('Einige Felder beschreibt das Programm nicht näher')
  })
})

test('the schema tells of every field in both languages what it is, what for, how long, and what an erasure does', async () => {
  const schema = JSON.parse(await textOf(given(), 'schema/events.json'))
  expect(schema.kept).toEqual({
    de: 'Besuche und was zu Ihnen führt: höchstens 14 Monate (425 Tage); Bestellungen und Beträge: höchstens 10 Jahre (3.653 Tage)',
    en: 'visits, and what leads to you: at most 14 months (425 days); orders and amounts: at most 10 years (3,653 days)',
  })
  expect(schema.fields.find(({ name }: { name: string }) => name === 'country')).toEqual({
    name: 'country',
    category: { id: 'location', de: 'Land: das Land, kein genauerer Ort', en: 'Country: the country, no closer place' },
    purpose: {
      id: 'order_statistics',
      de: 'Verkaufsstatistik: was auf welchem Kanal verkauft wurde (das berechtigte Interesse des Händlers, seine Verkäufe zu kennen, Art. 6 Abs. 1 Buchst. f DSGVO)',
      en: 'Sales statistics: what was sold on which channel (the merchant’s legitimate interest in knowing their own sales, Art. 6(1)(f) GDPR)',
    },
    retention: { id: 'books', de: 'Bestellungen und Beträge: höchstens 10 Jahre (3.653 Tage)', en: 'orders and amounts: at most 10 years (3,653 days)' },
    erasure: {
      id: 'keep',
      de: 'Bei einer Löschung bleibt das Feld; es führt dann nicht mehr zu Ihnen.',
      en: 'On erasure the field stays; it then no longer leads to you.',
    },
  })
})

describe('completeness', () => {
  const holdPersons = given().stores.map(({ store }) => store)

  test('is given when each store that holds persons is answered for', async () => {
    expect(missingStores(holdPersons, await manifestOf(given()))).toEqual([])
    expect(missingStores(holdPersons, await manifestOf(nobody()))).toEqual([])
  })

  test.each(holdPersons)('is not given when %s was left out', async (left) => {
    const stores = given().stores.filter(({ store }) => store !== left)
    expect(missingStores(holdPersons, await manifestOf(given({ stores })))).toEqual([left])
  })

  test('is not given when a store is only said to hold nobody, or when one of its files is missing', async () => {
    const [events, ...stores] = given().stores
    expect(missingStores(holdPersons, await manifestOf(given({ stores, otherStores: [{ store: 'events', reason: 'totals' }] })))).toEqual(['events'])
    const manifest = await manifestOf(given())
    const files = manifest.files.filter(({ path }) => path !== 'data/events.csv')
    expect(missingStores(holdPersons, { ...manifest, files })).toEqual([events?.store])
  })
})

test('a store that changes between the two readings is told of, and both counts are right', async () => {
  let readings = 0
  const rows = () => streamed(readings++ === 0 ? [order] : [order, order])
  const contents = await contentsOf(
    given({ stores: [storeOf('events', [], { rows }), ledgerOf([decided('2026-09-01T12:00:00.000Z', 'web_analytics', 'granted')])] }),
  )
  const { files } = manifestIn(contents)
  expect(files.slice(0, 2).map(({ rows }) => rows)).toEqual([1, 2])
  expect(String(contents.get('README.html')).match(/änderten sich die Einträge/g)).toHaveLength(1)
  expect(await textOf(given(), 'README.html')).not.toContain('änderten sich die Einträge')
})
