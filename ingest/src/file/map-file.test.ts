import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SourceEvent } from '../ports.ts'
import { type MapProgress, mapFile } from './map-file.ts'
import { readMapping } from './mapping.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'map-file-'))
})
afterAll(() => rm(directory, { recursive: true }))

const german = {
  instance: 'file:shop',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  dateFormat: 'dd.MM.yyyy HH:mm',
  decimalSeparator: ',',
  delimiter: ';',
  columns: {
    orderId: 'Nr',
    date: 'Datum',
    sku: 'Artikel',
    name: 'Bezeichnung',
    quantity: 'Menge',
    unitPrice: 'Preis',
    customer: 'Kunde',
    email: 'E-Mail',
    country: 'Land',
  },
  cancellation: { prefix: 'ST' },
  countries: { Insel: null, Ösi: 'AT' },
}
const header = 'Nr;Datum;Artikel;Bezeichnung;Menge;Preis;Kunde;E-Mail;Land'

async function eventsOf(
  content: string | Uint8Array,
  { name = 'orders.csv', mapping = german, onProgress }: { name?: string; mapping?: object; onProgress?: (progress: MapProgress) => void } = {},
) {
  const path = join(directory, name)
  await writeFile(path, content)
  const events: SourceEvent[] = []
  for await (const batch of mapFile({ path, mapping: readMapping(mapping), ...(onProgress && { onProgress }) })) events.push(...batch)
  return events
}
const lines = (...rows: string[]) => `${[header, ...rows].join('\n')}\n`

describe('mapFile', () => {
  it.each([
    ['cut off', (packed: Buffer) => packed.subarray(0, 40)],
    ['no gzip at all', () => Buffer.from('Nr;Datum')],
  ])('says so when a packed file is %s', async (_what, damage) => {
    const packed = gzipSync(lines('1;30.09.2026 23:30;A;;1;1;;;', '2;30.09.2026 23:30;A;;1;1;;;'))
    await expect(eventsOf(damage(packed), { name: 'damaged.csv.gz' })).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringContaining('gzip compression is broken'),
    })
  })

  it('reads an order whose lines do not stand together, in the order of the file', async () => {
    const progress: MapProgress[] = []
    const events = await eventsOf(
      lines(
        '1;30.09.2026 23:30;A;Tasse;2;1.234,56;17,0;ada@example.org;Deutschland',
        '2;01.10.2026 08:00;B;;1;0,005;;;Insel',
        '1;30.09.2026 23:31;C;"Krug ""groß""; blau";-1;0;17;ada@example.org;Ösi',
      ),
      { onProgress: (at) => void progress.push(at) },
    )
    expect(events).toEqual([
      {
        type: 'order_placed',
        nativeId: '2',
        time: '2026-10-01T06:00:00.000Z',
        identifiers: [],
        context: {},
        data: { order_id: '2', currency: 'EUR', total_net_minor: 1, items: [{ sku: 'B', quantity: 1, line_net_minor: 1 }] },
      },
      {
        type: 'order_placed',
        nativeId: '1',
        time: '2026-09-30T21:30:00.000Z',
        identifiers: [
          { kind: 'customer', value: '17,0' },
          { kind: 'email', value: 'ada@example.org' },
        ],
        context: { country: 'DE' },
        data: {
          order_id: '1',
          currency: 'EUR',
          total_net_minor: 246_912,
          items: [
            { sku: 'A', name: 'Tasse', quantity: 2, line_net_minor: 246_912 },
            { sku: 'C', name: 'Krug "groß"; blau', quantity: -1, line_net_minor: 0 },
          ],
        },
      },
    ])
    expect(progress.at(-1)).toEqual({ lines: 3, totalLines: 3 })
  })

  it('turns a cancellation into what it takes back', async () => {
    const [event] = await eventsOf(lines('ST1;30.09.2026 12:00;A;Tasse;-2;1,50;17850.0;;UK', 'ST1;30.09.2026 12:00;D;Rabatt;1;0,50;17850.0;;UK'))
    expect(event).toMatchObject({
      type: 'order_cancelled',
      identifiers: [{ kind: 'customer', value: '17850' }],
      context: { country: 'GB' },
      data: {
        order_id: 'ST1',
        cancellation_id: 'ST1',
        total_net_minor: 250,
        items: [
          { quantity: 2, line_net_minor: 300 },
          { quantity: -1, line_net_minor: -50 },
        ],
      },
    })
  })

  it('takes the amount of a line as it stands when the file has it', async () => {
    const { unitPrice: lineNet, ...columns } = german.columns
    const [event] = await eventsOf(lines('1;30.09.2026 12:00;A;;3;10,00;;;'), { mapping: { ...german, columns: { ...columns, lineNet } } })
    expect(event?.data).toMatchObject({ total_net_minor: 1000, items: [{ quantity: 3, line_net_minor: 1000 }] })
  })

  it.each([
    ['a date that does not exist', '1;31.02.2026 12:00;A;;1;1;;;', 'line 3, column Datum: not dd.MM.yyyy HH:mm'],
    ['a price in words', '1;30.09.2026 12:00;A;;1;viel;;;', 'line 3, column Preis: not a number'],
    ['a price with a point', '1;30.09.2026 12:00;A;;1;1.5;;;', 'line 3, column Preis: not a number'],
    ['half an article', '1;30.09.2026 12:00;A;;0,5;1;;;', 'line 3, column Menge: not a whole number'],
    ['no article', '1;30.09.2026 12:00;;;1;1;;;', 'line 3, column Artikel: empty'],
    ['a column too few', '1;30.09.2026 12:00;A;;1;1;;', 'line 3, 8 columns instead of 9'],
    ['a column too many', '1;30.09.2026 12:00;A;;1;1;;;;', 'line 3, 10 columns instead of 9'],
    ['an open quote', '1;30.09.2026 12:00;A;"Tasse;1;1;;;', 'line 3, a quote is not closed'],
    ['an amount beyond all numbers', '1;30.09.2026 12:00;A;;9007199254740991;1000;;;', 'line 3, column Preis: out of range'],
    ['no order', ';30.09.2026 12:00;A;;1;1;;;', 'line 3, column Nr: empty'],
  ])('makes an order with %s a dead letter that names the line, and leaves the others alone', async (_, broken, rule) => {
    const good = (id: string) => `${id};30.09.2026 12:00;A;;1;2,00;17;;DE`
    const events = await eventsOf(lines(good('0'), broken, good('2')))
    const [bad, ...others] = events.toSorted((a, b) => Number(b.malformed !== undefined) - Number(a.malformed !== undefined))
    expect(bad).toMatchObject({ malformed: rule, identifiers: [], context: {}, data: {} })
    expect(others.map(({ nativeId, malformed }) => [nativeId, malformed])).toEqual([
      ['0', undefined],
      ['2', undefined],
    ])
  })

  it('says how many more lines of an order are broken', async () => {
    const [event] = await eventsOf(lines('1;x;A;;1;1;;;', '1;x;A;;1;1;;;', '1;30.09.2026 12:00;A;;1;1;;;'))
    expect(event?.malformed).toBe('line 2, column Datum: not dd.MM.yyyy HH:mm (2 lines)')
  })

  it('reads packed files and other encodings', async () => {
    const content = gzipSync(Buffer.from(lines('1;30.09.2026 12:00;A;Größe;1;1;;;Österreich'), 'latin1'))
    const [event] = await eventsOf(content, { name: 'orders.csv.gz', mapping: { ...german, encoding: 'windows-1252' } })
    expect(event).toMatchObject({ context: { country: 'AT' }, data: { items: [{ name: 'Größe' }] } })
  })

  it('says when the encoding is another one', async () => {
    const [event] = await eventsOf(Buffer.from(lines('1;30.09.2026 12:00;A;Größe;1;1;;;'), 'latin1'))
    expect(event?.malformed).toBe('line 2, text is not in the encoding of the mapping')
  })

  it('names the columns that the file does not have', async () => {
    await expect(eventsOf('Nr;Datum\n')).rejects.toMatchObject({ code: 'FILE_INVALID', message: expect.stringContaining('Artikel, Menge, Preis, Bezeichnung') })
    await expect(eventsOf('')).rejects.toMatchObject({ code: 'FILE_INVALID' })
  })

  it('rejects when the file is missing or is not what its name says', async () => {
    const mapping = readMapping(german)
    await expect(mapFile({ path: join(directory, 'missing.csv'), mapping }).next()).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(eventsOf('no gzip', { name: 'fake.csv.gz' })).rejects.toMatchObject({ code: 'FILE_INVALID' })
  })
})
