import { shiftDay, weekOf } from '@kanalblick/reports/week'
import { usePageState, useSpeech } from '../page.tsx'
import { Part } from '../parts/part.tsx'
import { Changes } from './changes.tsx'
import { Channels } from './channels.tsx'
import { Consent } from './consent.tsx'
import { FilterBar } from './filter-bar.tsx'
import { Health } from './health.tsx'
import { Products } from './products.tsx'
import { type Selection, useSelection } from './selection.ts'
import { Tiles } from './tiles.tsx'
import { Trend } from './trend.tsx'

export function Overview() {
  const { words } = useSpeech()
  return (
    <>
      <title>{`${words.overview} – Kanalblick`}</title>
      <h1 className="visually-hidden">{words.overview}</h1>
      <Part>
        <Parts />
      </Part>
    </>
  )
}

function Parts() {
  const { words } = useSpeech()
  const selection = useSelection()
  if (!selection) return <p className="loading">{words.loading}</p>
  const { extent, period } = selection
  if (!extent)
    return (
      <section className="empty">
        <h2>{words.emptyAll}</h2>
        <p>{words.emptyAllNext}</p>
      </section>
    )
  const outside = period.to < extent.from || period.from > extent.to
  return (
    <>
      <FilterBar selection={selection} />
      {outside ? <EmptyPeriod extent={extent} /> : <Numbers selection={selection} />}
      <Part>
        <Health selection={selection} />
      </Part>
    </>
  )
}

const parts = { Tiles, Trend, Changes, Channels, Products, Consent }

function Numbers({ selection }: { selection: Selection }) {
  return Object.entries(parts).map(([name, Shown]) => (
    <Part key={name}>
      <Shown selection={selection} />
    </Part>
  ))
}

function EmptyPeriod({ extent }: { extent: { from: string; to: string } }) {
  const { words, format } = useSpeech()
  const [, change] = usePageState()
  const to = shiftDay(weekOf(extent.to).from, 6)
  return (
    <section className="empty">
      <p>{words.emptyPeriod(format.day(extent.from), format.day(extent.to))}</p>
      <button type="button" onClick={() => change({ days: { from: shiftDay(to, -27), to } })}>
        {words.emptyPeriodNext}
      </button>
    </section>
  )
}
