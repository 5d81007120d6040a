/** Draws a chart on the server, without a browser and without anything that differs from one run to the next. */
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'
import { type Chart, palette } from './chart.ts'
import { chartHeight, chartOption } from './option.ts'

echarts.use([BarChart, LineChart, GridComponent, LabelLayout, SVGRenderer])

const width = 720

/** @param summary what a screen reader says in place of the picture */
export function toSvg(chart: Chart, summary: string): string {
  const canvas = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height: chartHeight(chart) })
  canvas.setOption(chartOption(chart, { palette, width, interactive: false }))
  const svg = canvas.renderToSVGString()
  canvas.dispose()
  return described(withoutIds(svg), summary)
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
