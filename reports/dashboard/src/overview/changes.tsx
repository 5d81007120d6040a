import { channelName } from '@kanalblick/reports/channel-name'
import type { ContributionChart } from '@kanalblick/reports/charts'
import { ChartFigure } from '../chart/figure.tsx'
import { usePageState, useSpeech } from '../page.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { channelsQuestion } from '../questions.ts'
import { numberIn, pairsBy } from './pairs.ts'
import { type Selection, useAnswer } from './selection.ts'

interface Bar {
  readonly key: string
  readonly label: string
  readonly change: number
}

/** The change of net revenue, by channel: parts that add up. */
export function Changes({ selection }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const [, change] = usePageState()
  const { compared } = selection
  const now = useAnswer(compared && channelsQuestion(selection, compared.current))
  const before = useAnswer(compared && channelsQuestion(selection, compared.before))
  for (const { error } of [now, before]) if (error) throw error
  if (!compared || !now.data || !before.data) return null
  const currency = selection.currency ?? ''
  const bars = pairsBy('channel_instance', now.data, before.data)
    .map(({ key, ...pair }): Bar => ({ key, label: channelName(key), change: exact(numberIn(pair.now, 'revenue_net') - numberIn(pair.before, 'revenue_net')) }))
    .filter((bar) => bar.change !== 0)
    .toSorted((a, b) => b.change - a.change)
  if (bars.length < 2) return null
  const text = (value: number) => format.signed(value, 'money', currency)
  const total = exact(bars.reduce((sum, bar) => sum + bar.change, 0))
  const chart: ContributionChart = { kind: 'contributions', bars: bars.map(({ label, change }) => ({ label, value: change, text: text(change) })) }
  const named = (bar: Bar | undefined, sign: number) => (bar && Math.sign(bar.change) === sign ? `${bar.label} (${text(bar.change)})` : words.none)
  const choose = (bar: Bar) => change({ toggle: { filter: 'channel', value: bar.key } })
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">{words.changes}</h2>
      <p className="note">{words.changesNote(text(total))}</p>
      <ChartFigure
        chart={chart}
        summary={words.changesSummary({ rise: named(bars[0], 1), fall: named(bars.at(-1), -1) })}
        choose={(index) => bars[index] && choose(bars[index])}
        table={
          <DataTable
            caption={words.changes}
            rows={bars}
            keyOf={({ key }) => key}
            columns={[
              { id: 'channel', title: words.channel, cell: ({ label }) => label },
              { id: 'change', title: words.change, cell: (bar) => text(bar.change) },
            ]}
            choice={{ choose, isChosen: ({ key }) => selection.state.channel.includes(key), label: ({ label }) => words.filterBy(label) }}
          />
        }
      />
    </section>
  )
}

/** Differences of exact amounts, without the dust of binary fractions. */
const exact = (amount: number) => Math.round(amount * 10_000) / 10_000
