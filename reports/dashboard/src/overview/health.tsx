import { channelName } from '@kanalblick/reports/channel-name'
import { reasonName } from '@kanalblick/reports/reasons'
import { useQuery } from '@tanstack/react-query'
import { report } from '../api.ts'
import { useSpeech } from '../page.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { sourcesQuestion } from '../questions.ts'
import { numberIn } from './pairs.ts'
import { type Selection, useAnswer } from './selection.ts'
import { sourcesOf } from './sources.ts'

export function Health({ selection }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const { today, extent } = selection
  const delivered = useAnswer(sourcesQuestion(today))
  if (delivered.error) throw delivered.error
  const sources = sourcesOf(delivered.data?.rows ?? [], today)
  return (
    <section aria-labelledby="health">
      <h2 id="health">{words.health}</h2>
      <p className="note">{words.healthNote}</p>
      {delivered.data && sources.length === 0 && extent && <p>{words.noSourceLately(format.day(extent.to))}</p>}
      {sources.length > 0 && (
        <DataTable
          caption={words.health}
          rows={sources}
          keyOf={({ channelInstance }) => channelInstance}
          columns={[
            { id: 'source', title: words.source, cell: ({ channelInstance }) => <span title={channelInstance}>{channelName(channelInstance)}</span> },
            {
              id: 'status',
              title: words.status,
              cell: ({ isLate, silentDays }) => <span className={isLate ? 'late' : ''}>{isLate ? `⚠ ${words.statusLate(silentDays)}` : words.statusOk}</span>,
            },
            { id: 'last', title: words.lastData, cell: ({ lastDay }) => format.day(lastDay) },
          ]}
        />
      )}
      <Deliveries selection={selection} />
    </section>
  )
}

/** What became of what came in, whatever the page is filtered by. */
function Deliveries({ selection: { period } }: { selection: Selection }) {
  const { language, words, format } = useSpeech()
  const { data, error } = useQuery({ queryKey: ['weekly_deliveries', period], queryFn: () => report('weekly_deliveries', { ...period }) })
  if (error) throw error
  if (!data) return null
  const accepted = data.find(({ outcome }) => outcome === 'accepted')
  if (!accepted) return <p className="note">{words.deliveriesNone}</p>
  const others = data.filter(({ outcome }) => outcome !== 'accepted')
  return (
    <>
      <p>{words.deliveries(format.value(accepted['events'], 'count', ''))}</p>
      {others.length > 0 && (
        <DataTable
          caption={words.deliveries(format.value(accepted['events'], 'count', ''))}
          rows={others}
          keyOf={(row) => `${String(row['outcome'])} ${String(row['reason'])}`}
          columns={[
            { id: 'reason', title: words.reason, cell: ({ reason }) => reasonName(String(reason), language) },
            { id: 'outcome', title: words.outcome, cell: ({ outcome }) => words.outcomes[outcome as 'dropped' | 'rejected'] },
            { id: 'events', title: words.events, cell: (row) => format.value(numberIn(row, 'events'), 'count', '') },
          ]}
        />
      )}
    </>
  )
}
