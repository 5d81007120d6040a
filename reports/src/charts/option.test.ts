import type { LineSeriesOption } from 'echarts'
import { describe, expect, test } from 'vitest'
import { type Chart, darkPalette, palette, type TrendChart } from './chart.ts'
import { chartHeight, chartOption } from './option.ts'
import { toSvg } from './svg.ts'

const trend = (values: readonly (number | null)[], more: Partial<TrendChart> = {}): TrendChart => ({
  kind: 'trend',
  labels: values.map((_, index) => `W${index + 1}`),
  series: [
    { name: 'now', values },
    { name: 'before', values: values.map((value) => value && value / 2) },
  ],
  axisText: (value) => `${value} €`,
  ...more,
})
const contributions: Chart = {
  kind: 'contributions',
  bars: [
    { label: 'a', value: 3, text: '+3 €' },
    { label: 'b', value: -1, text: '-1 €' },
  ],
}

const onServer = { palette, width: 720, interactive: false }
const inBrowser = { palette: darkPalette, width: 1200, interactive: true }
const lines = (chart: TrendChart, drawing = onServer) => chartOption(chart, drawing).series as LineSeriesOption[]

describe('one specification', () => {
  test.each([['trend', trend([1, 2, null, 4])] as const, ['contributions', contributions] as const])(
    'shows the same values of a %s chart on the server and in the browser',
    (_, chart) => {
      const valuesOf = (drawing: typeof onServer) =>
        (chartOption(chart, drawing).series as { data: unknown[] }[]).map(({ data }) =>
          data.map((datum) => (datum as { value?: number } | null)?.value ?? datum),
        )
      expect(valuesOf(inBrowser)).toEqual(valuesOf(onServer))
      expect(chartHeight(chart)).toBeGreaterThan(0)
    },
  )
})

describe('a trend', () => {
  test('dots the period that is not over, from the last whole one on', () => {
    const drawn = lines(trend([1, 2, 3], { lastIsPartial: true }))
    expect(drawn[0]?.data).toEqual([1, 2, null])
    expect(drawn.at(-1)).toMatchObject({ data: [null, 2, 3], lineStyle: { type: 'dotted', color: palette.subject } })
  })

  test('tells subject and comparison apart by dashes and labels, not by colour alone', () => {
    const [subject, compared] = lines(trend([1, 2, 3]))
    expect([subject?.lineStyle?.type, compared?.lineStyle?.type]).toEqual(['solid', 'dashed'])
    expect([subject?.endLabel?.show, compared?.endLabel?.show]).toEqual([true, true])
  })

  test.each([
    ['without a value', []],
    ['of one value', [5]],
    ['of zeros', [0, 0, 0]],
    ['of gaps', [null, null]],
  ])('%s can be drawn', (_, values) => {
    expect(toSvg(trend(values), 'nothing')).toMatch(/^<svg role="img" aria-label="nothing"/)
  })
})
