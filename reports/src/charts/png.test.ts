import { expect, test } from 'vitest'
import type { TrendChart } from './chart.ts'
import { toPng } from './png.ts'

const chart = (given: Partial<TrendChart> = {}): TrendChart => ({
  kind: 'trend',
  labels: ['W1', 'W2', 'W3'],
  series: [{ name: 'This year', values: [1, 3, 2] }],
  axisText: (value) => `${value} EUR`,
  ...given,
})
const sizeOf = (bytes: Uint8Array) => [Buffer.from(bytes).readUInt32BE(16), Buffer.from(bytes).readUInt32BE(20)]

test('has twice the pixels that it is shown with', () => {
  const { bytes, width, height } = toPng(chart(), 'Three weeks')
  expect(Buffer.from(bytes).toString('latin1', 1, 4)).toBe('PNG')
  expect(sizeOf(bytes)).toEqual([width * 2, height * 2])
})

test('is the same bytes when drawn again', () => {
  expect(toPng(chart(), 'Three weeks')).toEqual(toPng(chart(), 'Three weeks'))
})

test('shows its texts: other names and other numbers are other pictures', () => {
  const drawn = [chart(), chart({ labels: ['W1', 'W2', 'W4'] }), chart({ axisText: (value) => `${value} GBP` })]
  expect(new Set(drawn.map((each) => Buffer.from(toPng(each, '').bytes).toString('base64'))).size).toBe(drawn.length)
})
