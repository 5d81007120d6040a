/** A chart with what it says in words and as a table. The drawing library is loaded when the first chart is shown. */
import { type Chart, chartHeight, darkPalette, palette } from '@kanalblick/reports/charts'
import { type ReactNode, useEffect, useRef } from 'react'
import { useSpeech } from '../page.tsx'
import { useIsDark } from '../theme.ts'

interface ChartFigureProps {
  readonly chart: Chart
  readonly summary: string
  /** The same numbers, and buttons for what a click on the chart does. */
  readonly table: ReactNode
  /** A click on the n-th mark. */
  readonly choose?: (index: number) => void
}

export function ChartFigure({ chart, summary, table, choose }: ChartFigureProps) {
  const { words } = useSpeech()
  const place = useRef<HTMLDivElement>(null)
  const dark = useIsDark()
  useEffect(() => {
    const element = place.current
    if (!element) return
    let close: (() => void) | undefined
    let ended = false
    void import('./draw.ts').then(({ draw }) => {
      if (!ended) close = draw({ element, chart, palette: dark ? darkPalette : palette, choose })
    })
    return () => {
      ended = true
      close?.()
    }
  })
  return (
    <figure>
      {chart.kind === 'trend' && chart.series.length > 1 && <Legend names={chart.series.map(({ name }) => name)} />}
      <div ref={place} role="img" aria-label={summary} className={choose ? 'chart choosable' : 'chart'} style={{ height: chartHeight(chart) }} />
      <figcaption>{summary}</figcaption>
      <details>
        <summary>{words.asTable}</summary>
        {table}
      </details>
    </figure>
  )
}

/** Where a line's end has no room for its name. */
function Legend({ names }: { names: readonly string[] }) {
  return (
    <p className="legend" aria-hidden>
      {names.map((name, index) => (
        <span key={name} className={index === 0 ? 'subject' : 'compared'}>
          {name}
        </span>
      ))}
    </p>
  )
}
