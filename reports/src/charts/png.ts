/** A chart as pixels, for mail programs: they drop SVG. The font comes along, so that every machine draws the same bytes. */
import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'
import type { Chart } from './chart.ts'
import { toSvg } from './svg.ts'

export interface Png {
  readonly bytes: Uint8Array
  /** As it is to be shown; the picture holds twice as many pixels each way, for screens that have them. */
  readonly width: number
  readonly height: number
}

const require = createRequire(import.meta.url)
const family = 'Inter'
const fontFiles = [
  require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  require.resolve('@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf'),
]
const scale = 2

/** @param summary what a screen reader says in place of the picture */
export function toPng(chart: Chart, summary: string): Png {
  const drawing = new Resvg(toSvg(chart, summary), {
    // Without a font, text would be missing without an error: never rely on the machine's.
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: family, sansSerifFamily: family },
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: scale },
  })
  const { width, height } = drawing
  return { bytes: drawing.render().asPng(), width, height }
}
