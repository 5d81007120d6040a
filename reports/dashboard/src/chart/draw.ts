/** The part of ECharts that the charts need, and the pointer. */
import { type Chart, chartHeight, chartOption, type Palette } from '@kanalblick/reports/charts'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, LineChart, GridComponent, TooltipComponent, LabelLayout, SVGRenderer])

interface Drawn {
  readonly element: HTMLElement
  readonly chart: Chart
  readonly palette: Palette
  readonly choose: ((index: number) => void) | undefined
}

/** @returns what takes the drawing away again */
export function draw({ element, chart, palette, choose }: Drawn): () => void {
  const canvas = init(element, null, { renderer: 'svg', width: element.clientWidth, height: chartHeight(chart) })
  const paint = () => canvas.setOption(chartOption(chart, { palette, width: element.clientWidth, interactive: true }), { notMerge: true })
  paint()
  if (choose) {
    // Anywhere above a mark's place on the axis: a line's points are too small to hit.
    canvas.getZr().on('click', ({ offsetX, offsetY }) => {
      const at = canvas.convertFromPixel({ seriesIndex: 0 }, [offsetX, offsetY])
      const index = at[chart.kind === 'trend' ? 0 : 1]
      const marks = chart.kind === 'trend' ? chart.labels.length : chart.bars.length
      if (index !== undefined && index >= 0 && index < marks) choose(index)
    })
  }
  const observer = new ResizeObserver(() => {
    if (element.clientWidth === canvas.getWidth()) return
    canvas.resize({ width: element.clientWidth })
    paint()
  })
  observer.observe(element)
  return () => {
    observer.disconnect()
    canvas.dispose()
  }
}
