import { describe, expect, it } from 'vitest'
import { compileDateFormat } from './dates.ts'
import { readMapping } from './mapping.ts'
import { createReadNumber } from './numbers.ts'

describe('dates', () => {
  const noon = { year: 2026, month: 5, day: 1, hour: 12, minute: 0, second: 0 }

  it.each([
    ['yyyy-MM-dd HH:mm:ss', '2026-05-01 12:00:00', noon],
    ['dd.MM.yyyy HH:mm', '01.05.2026 12:00', noon],
    ['d.M.yyyy', '1.5.2026', { ...noon, hour: 0 }],
    ["yyyyMMdd'T'HHmm".replaceAll("'", ''), '20260501T1200', noon],
    ['iso', '2026-05-01', { ...noon, hour: 0 }],
    ['iso', '2026-05-01 12:00', noon],
    ['iso', '2026-05-01T12:00:00+02:00', '2026-05-01T10:00:00.000Z'],
  ])('reads %s', (format, text, date) => {
    expect(compileDateFormat(format)(text)).toEqual(date)
  })

  it.each([
    ['yyyy-MM-dd', '2026-02-29'],
    ['yyyy-MM-dd', '2026-05-01 '],
    ['dd.MM.yyyy', '05/01/2026'],
    ['dd.MM.yyyy HH:mm', '01.05.2026 24:00'],
    ['iso', '01.05.2026'],
    ['iso', '2026-02-30T00:00:00Z'],
  ])('finds no %s in %j', (format, text) => {
    expect(compileDateFormat(format)(text)).toBeUndefined()
  })

  it.each(['', 'yyyy-MM', 'dd MMMM yyyy', 'yyyy-MM-dd dd', 'DD.MM.YYYY'])('refuses the format %j', (format) => {
    expect(() => compileDateFormat(format)).toThrow(RangeError)
  })
})

describe('numbers', () => {
  it.each([
    ['.', '1234.5', [12345n, 1]],
    ['.', '1,234.5', [12345n, 1]],
    ['.', "1'234'567", [1234567n, 0]],
    [',', '1.234,50', [123450n, 2]],
    [',', '-0,001', [-1n, 3]],
    [',', '1 234', [1234n, 0]],
  ] as const)('reads %s %j', (separator, text, [digits, scale]) => {
    expect(createReadNumber(separator)(text)).toEqual({ digits, scale })
  })

  it.each([
    ['.', '1,23'],
    ['.', '12,34.5'],
    ['.', '1.2.3'],
    [',', '1.5'],
    [',', '1,2,3'],
    ['.', '€ 5'],
    ['.', '1e3'],
    ['.', ''],
    ['.', '-'],
  ] as const)('finds no number with %s in %j', (separator, text) => {
    expect(createReadNumber(separator)(text)).toBeUndefined()
  })
})

describe('readMapping', () => {
  const mapping = {
    instance: 'file:shop',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    dateFormat: 'dd.MM.yyyy',
    columns: { orderId: 'Nr', date: 'Datum', sku: 'Artikel', quantity: 'Menge', unitPrice: 'Preis' },
  }

  it('fills in what files commonly have', () => {
    expect(readMapping(mapping)).toMatchObject({ decimalSeparator: '.', delimiter: ',', encoding: 'utf-8', countries: {} })
  })

  it('reports all faults together', () => {
    const broken = {
      ...mapping,
      currency: 'Euro',
      timeZone: 'Europe/Entenhausen',
      dateFormat: 'DD',
      encoding: 'utf-99',
      columns: { ...mapping.columns, lineNet: 'Summe' },
      extra: 1,
    }
    expect(() => readMapping(broken)).toThrow(expect.objectContaining({ code: 'MAPPING_INVALID' }))
    for (const place of ['currency: ', 'timeZone: is not', 'dateFormat: is not', 'encoding: is not', 'extra']) expect(() => readMapping(broken)).toThrow(place)
    expect(() => readMapping({ ...mapping, columns: { ...mapping.columns, lineNet: 'Summe' } })).toThrow('columns: needs either unitPrice or lineNet')
    expect(() => readMapping('text')).toThrow('mapping: ')
  })
})
