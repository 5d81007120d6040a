import { describe, expect, it } from 'vitest'
import { createSplitter } from './csv.ts'

/** The rows of a text that arrives in pieces of the given size. */
function rowsOf(text: string, size = text.length || 1) {
  const splitter = createSplitter(',')
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size))
  return [...pieces.flatMap((piece) => splitter.split(piece)), ...splitter.end('')]
}

describe('createSplitter', () => {
  it.each([
    [
      'plain rows',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no line break at the end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'line breaks of Windows',
      'a,b\r\n"1",2\r\n3,"4"\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['empty lines', 'a\n\n\r\nb\n', [['a'], ['b']]],
    [
      'empty fields',
      ',\n"",\n',
      [
        ['', ''],
        ['', ''],
      ],
    ],
    ['quotes', '"a,b","c ""d""",""\n', [['a,b', 'c "d"', '']]],
    ['a quote within a field', '5" pipe,2\n', [['5" pipe', '2']]],
    [
      'a field over several lines',
      '"a\nb\r\nc",2\n3,4\n',
      [
        ['a\nb\r\nc', '2'],
        ['3', '4'],
      ],
    ],
    ['nothing', '', []],
  ])('reads %s, wherever the text is cut', (_, text, expected) => {
    for (const size of [1, 2, 3, 7, text.length || 1]) {
      const rows = rowsOf(text, size)
      expect(rows.map(({ fields }) => fields)).toEqual(expected)
      expect(rows.every(({ fault }) => fault === undefined)).toBe(true)
    }
  })

  it('knows on which line of the file a row starts', () => {
    expect(rowsOf('a\n\n"b\nb"\nc\n', 2).map(({ line }) => line)).toEqual([1, 3, 5])
  })

  it.each([
    ['at the end of the file', 'a,1\nb,"2\nc,3\nd,4'],
    ['and another quote follows later', 'a,1\nb,"2\nc,3\nd,"4"\n'],
  ])('gives up the line with a quote that is not closed, %s, and no other', (_, text) => {
    for (const size of [1, 5, text.length]) {
      expect(rowsOf(text, size).map(({ fields: [first], fault }) => [first, fault])).toEqual([
        ['a', undefined],
        ['b', 'a quote is not closed'],
        ['c', undefined],
        ['d', undefined],
      ])
    }
  })

  it('gives up a quoted field that goes on for ever', () => {
    const text = `a,"1\n${'b,2\n'.repeat(50_000)}`
    expect(
      rowsOf(text, 10_000)
        .map(({ fault }) => fault)
        .filter(Boolean),
    ).toEqual(['a quote is not closed'])
    expect(rowsOf(text, 10_000)).toHaveLength(50_001)
  })

  it('marks text after a closing quote and text in another encoding', () => {
    expect(rowsOf('"a"b,c\nK\ufffdln,d\n').map(({ fault }) => fault)).toEqual(['text follows a closing quote', 'text is not in the encoding of the mapping'])
  })

  it('refuses a file without line breaks before memory runs out', () => {
    expect(() => rowsOf('x'.repeat(3_000_000), 1_000_000)).toThrow(expect.objectContaining({ code: 'FILE_INVALID' }))
  })
})
