import { expect, test } from 'vitest'
import { toCsv } from './csv.ts'

const csvOf = (...cells: (string | number | boolean | null)[]) =>
  toCsv({ columns: cells.map((_cell, index) => ({ name: `c${index}` })), rows: [Object.fromEntries(cells.map((cell, index) => [`c${index}`, cell]))] }).split(
    '\r\n',
  )[1]

test('writes a header and one line per row, each ended by CRLF', () => {
  const table = {
    columns: [{ name: 'country' }, { name: 'revenue_net' }],
    rows: [
      { country: 'DE', revenue_net: 221698.21 },
      { country: 'AT', revenue_net: -0.5 },
    ],
  }
  expect(toCsv(table)).toBe('country,revenue_net\r\nDE,221698.21\r\nAT,-0.5\r\n')
})

test('writes only the header when there are no rows', () => {
  expect(toCsv({ columns: [{ name: 'a' }], rows: [] })).toBe('a\r\n')
})

test('quotes what holds commas, quotes or line breaks', () => {
  expect(toCsv({ columns: [{ name: 'name' }], rows: [{ name: 'Tasse "Blau", groß\r\n2. Wahl' }] })).toBe('name\r\n"Tasse ""Blau"", groß\r\n2. Wahl"\r\n')
})

test('leaves a missing value empty', () => {
  expect(csvOf('a', null, 'b')).toBe('a,,b')
})

test.each([
  ['=1+1', "'=1+1"],
  ['+49 170', "'+49 170"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['＝1', "'＝1"],
])('makes a formula text: %j', (cell, expected) => {
  expect(csvOf(cell, 'x')).toBe(`${expected},x`)
})

test.each([-12.5, 0, 1e14, '-12.50', 'A=1', ''])('leaves a plain number or text as it is: %j', (cell) => {
  expect(csvOf(cell, 'x')).toBe(`${cell},x`)
})

test('makes a formula in a header text', () => {
  expect(toCsv({ columns: [{ name: '=1' }], rows: [] })).toBe("'=1\r\n")
})
