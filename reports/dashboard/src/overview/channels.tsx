import { channelName } from '@kanalblick/reports/channel-name'
import { usePageState, useSpeech } from '../page.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { DownloadCsv } from '../parts/download-csv.tsx'
import { channelsQuestion, isKnown } from '../questions.ts'
import { ChangeOf } from './change-of.tsx'
import { numberIn, type Pair, pairsBy } from './pairs.ts'
import { type Selection, useAnswer } from './selection.ts'
import { ShareBar } from './share-bar.tsx'

export function Channels({ selection }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const [state, change] = usePageState()
  const { period, compared } = selection
  const question = channelsQuestion(selection, period)
  const now = useAnswer(question)
  const before = useAnswer(compared && channelsQuestion(selection, compared.before))
  for (const { error } of [now, before]) if (error) throw error
  const currency = selection.currency ?? ''
  const pairs = pairsBy('channel_instance', now.data, compared && before.data).toSorted(
    (a, b) => numberIn(b.now, 'revenue_net') - numberIn(a.now, 'revenue_net'),
  )
  const total = pairs.reduce((sum, pair) => sum + numberIn(pair.now, 'revenue_net'), 0)
  const number = (name: 'orders' | 'return_rate' | 'fees' | 'ad_spend' | 'reach' | 'clicks', unit: 'count' | 'ratio' | 'money'): Column<Pair>[] =>
    isKnown(name, state)
      ? [
          {
            id: name,
            title: name === 'reach' || name === 'clicks' ? words[name] : words.metrics[name].name,
            cell: (pair) => format.value(pair.now[name], unit, currency),
            order: (pair) => numberIn(pair.now, name),
          },
        ]
      : []
  const columns: Column<Pair>[] = [
    { id: 'channel', title: words.channel, cell: ({ key }) => <span title={key}>{channelName(key)}</span> },
    {
      id: 'revenue_net',
      title: words.metrics.revenue_net.name,
      cell: (pair) => format.value(pair.now['revenue_net'], 'money', currency),
      order: (pair) => numberIn(pair.now, 'revenue_net'),
    },
    { id: 'share', title: words.share, cell: (pair) => <ShareBar share={total > 0 ? numberIn(pair.now, 'revenue_net') / total : 0} /> },
    // Days that are not over would look like a fall.
    ...(compared && compared.current.to === period.to
      ? [
          {
            id: 'change',
            title: words.change,
            cell: ({ now, before }: Pair) => <ChangeOf current={now['revenue_net']} before={before?.['revenue_net']} unit="money" currency={currency} />,
            order: changeOf,
          },
        ]
      : []),
    ...number('orders', 'count'),
    ...number('return_rate', 'ratio'),
    ...number('fees', 'money'),
    ...number('ad_spend', 'money'),
    ...number('reach', 'count'),
    ...number('clicks', 'count'),
  ]
  return (
    <section aria-labelledby="channels">
      <h2 id="channels">{words.channels}</h2>
      {now.data?.rows.length === 0 ? (
        <p>{words.emptyFiltered}</p>
      ) : (
        <DataTable
          caption={words.channels}
          columns={columns}
          rows={pairs}
          keyOf={({ key }) => key}
          choice={{
            choose: ({ key }) => change({ toggle: { filter: 'channel', value: key } }),
            isChosen: ({ key }) => state.channel.includes(key),
            label: ({ key }) => words.filterBy(channelName(key)),
          }}
        />
      )}
      <p className="note">
        {words.clickToFilter} <DownloadCsv name={words.channels} question={question} />
      </p>
    </section>
  )
}

const changeOf = ({ now, before }: Pair) => numberIn(now, 'revenue_net') - numberIn(before, 'revenue_net')
