/** From a chart's specification to ECharts' option: one drawing for browser, page and mail. Pure, and the same in every run. */
import type { EChartsOption, LineSeriesOption } from 'echarts'
import type { Chart, ContributionChart, Palette, TrendChart } from './chart.ts'

export interface Drawing {
  readonly palette: Palette
  readonly width: number
  /** Marks answer the pointer: a browser's. */
  readonly interactive: boolean
}

const trendHeight = 260
const barHeight = 26
const narrowWidth = 480

/** In pixels. */
export const chartHeight = (chart: Chart): number => (chart.kind === 'trend' ? trendHeight : chart.bars.length * barHeight + 12)

export function chartOption(chart: Chart, drawing: Drawing): EChartsOption {
  const font = { fontFamily: 'system-ui, sans-serif', fontSize: 12, color: drawing.palette.text }
  return {
    animation: false,
    textStyle: font,
    ...(chart.kind === 'trend' ? trendOption(chart, drawing, font) : contributionOption(chart, drawing, font)),
  }
}

type Font = Readonly<Record<'fontFamily' | 'color', string>> & { readonly fontSize: number }

function trendOption(chart: TrendChart, drawing: Drawing, font: Font): EChartsOption {
  const { palette, interactive, width } = drawing
  const narrow = width < narrowWidth
  return {
    grid: { left: 8, right: narrow ? 16 : 150, top: 16, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: [...chart.labels],
      boundaryGap: false,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { ...font, hideOverlap: true },
    },
    yAxis: { type: 'value', splitNumber: 3, splitLine: { lineStyle: { color: palette.line } }, axisLabel: { ...font, formatter: chart.axisText } },
    ...(interactive ? { tooltip: { trigger: 'axis' as const, show: true } } : {}),
    series: [...chart.series.map((_, index) => lineOf(chart, { index, drawing, font, narrow })), ...partialLine(chart, palette)],
  }
}

interface LineContext {
  readonly index: number
  readonly drawing: Drawing
  readonly font: Font
  readonly narrow: boolean
}

function lineOf({ series, lastIsPartial, axisText }: TrendChart, { index, drawing: { palette, interactive }, font, narrow }: LineContext): LineSeriesOption {
  const { name, values } = series[index] as TrendChart['series'][number]
  const color = index === 0 ? palette.subject : palette.compared
  return {
    type: 'line',
    name,
    data: index === 0 && lastIsPartial ? [...values.slice(0, -1), null] : [...values],
    silent: !interactive,
    clip: false,
    symbol: 'circle',
    symbolSize: index === 0 ? 6 : 4,
    itemStyle: { color },
    lineStyle: { color, width: index === 0 ? 3 : 2, type: index === 0 ? 'solid' : 'dashed' },
    endLabel: {
      show: !narrow,
      distance: 8,
      ...font,
      color,
      fontWeight: 'bold',
      lineHeight: 15,
      formatter: ({ value }) => `${name}\n${axisText(Number(value))}`,
    },
    labelLayout: { moveOverlap: 'shiftY' },
    z: series.length - index,
  }
}

/** From the last whole period to the one that is not over. */
function partialLine({ series: [subject], lastIsPartial }: TrendChart, palette: Palette): LineSeriesOption[] {
  if (!lastIsPartial || !subject) return []
  const data = subject.values.map((value, index) => (index >= subject.values.length - 2 ? value : null))
  const lineStyle = { color: palette.subject, width: 3, type: 'dotted' as const }
  return [{ type: 'line', data, silent: true, symbol: 'emptyCircle', symbolSize: 7, itemStyle: { color: palette.subject }, lineStyle, z: 9 }]
}

/** Names stand left, amounts beside the bars: no axis has to be read. */
function contributionOption({ bars }: ContributionChart, { palette, interactive, width }: Drawing, font: Font): EChartsOption {
  const names = { type: 'category' as const, inverse: true, data: bars.map(({ label }) => label), axisTick: { show: false } }
  const narrow = width < narrowWidth
  return {
    grid: { left: narrow ? 130 : 250, right: narrow ? 95 : 110, top: 6, bottom: 6, outerBoundsMode: 'none' },
    xAxis: { type: 'value', show: false },
    yAxis: [
      { ...names, axisLine: { lineStyle: { color: palette.line } }, axisLabel: { show: false } },
      { ...names, position: 'left', axisLine: { show: false, onZero: false }, axisLabel: { ...font, width: narrow ? 120 : 215, overflow: 'truncate' } },
    ],
    series: [
      {
        type: 'bar',
        silent: !interactive,
        clip: false,
        barWidth: 14,
        data: bars.map(({ value, text }) => ({
          value,
          itemStyle: { color: value < 0 ? palette.fall : palette.rise },
          label: { show: true, position: 'right', ...font, formatter: () => text },
        })),
      },
    ],
  }
}
