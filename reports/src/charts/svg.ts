/** Draws a chart on the server, without a browser and without anything that differs from one run to the next. */

import type { EChartsOption } from 'echarts'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { type Chart, type ContributionChart, palette, type TrendChart } from './chart.ts'

echarts.use([BarChart, LineChart, GridComponent, SVGRenderer])

const width = 720
const trendHeight = 260
const barHeight = 26
const font = { fontFamily: 'system-ui, sans-serif', fontSize: 12, color: palette.text }

/** @param summary what a screen reader says in place of the picture */
export function toSvg(chart: Chart, summary: string): string {
  const height = chart.kind === 'trend' ? trendHeight : chart.bars.length * barHeight + 12
  const canvas = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  canvas.setOption({ animation: false, textStyle: font, ...(chart.kind === 'trend' ? trendOption(chart) : contributionOption(chart)) })
  const svg = canvas.renderToSVGString()
  canvas.dispose()
  return described(withoutIds(svg), summary)
}

function trendOption({ labels, series, axisText }: TrendChart): EChartsOption {
  return {
    grid: { left: 8, right: 150, top: 16, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: [...labels],
      boundaryGap: false,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: font,
    },
    yAxis: { type: 'value', splitNumber: 3, splitLine: { lineStyle: { color: palette.line } }, axisLabel: { ...font, formatter: axisText } },
    series: series.map(({ name, values }, index) => {
      const color = index === 0 ? palette.subject : palette.compared
      return {
        type: 'line',
        name,
        data: [...values],
        silent: true,
        clip: false,
        symbol: 'circle',
        symbolSize: index === 0 ? 6 : 4,
        itemStyle: { color },
        lineStyle: { color, width: index === 0 ? 3 : 2, type: index === 0 ? 'solid' : 'dashed' },
        endLabel: {
          show: true,
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
    }),
  }
}

/** Names stand left, amounts beside the bars: no axis has to be read. */
function contributionOption({ bars }: ContributionChart): EChartsOption {
  const names = { type: 'category' as const, inverse: true, data: bars.map(({ label }) => label), axisTick: { show: false } }
  return {
    grid: { left: 250, right: 110, top: 6, bottom: 6, outerBoundsMode: 'none' },
    xAxis: { type: 'value', show: false },
    yAxis: [
      { ...names, axisLine: { lineStyle: { color: palette.line } }, axisLabel: { show: false } },
      { ...names, position: 'left', axisLine: { show: false, onZero: false }, axisLabel: { ...font, width: 215, overflow: 'truncate' } },
    ],
    series: [
      {
        type: 'bar',
        silent: true,
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

/** Identities that count up within a process, clip paths (nothing is drawn outside), and rules and marks for a browser's pointer. */
const withoutIds = (svg: string): string =>
  svg
    .replaceAll(/ class="zr\d+-cls-\d+"| clip-path="url\(#zr\d+-c\d+\)"| ecmeta_\w+="[^"]*"| pointer-events="visible"/g, '')
    .replaceAll(/<(style|defs)\s*>.*?<\/\1>\n?/gs, '')

const described = (svg: string, summary: string): string =>
  svg.replace(
    /^<svg width="(\d+)" height="(\d+)"/,
    (_, width: string, height: string) => `<svg role="img" aria-label="${escapeAttribute(summary)}" width="${width}" height="${height}"`,
  )

const escapeAttribute = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
