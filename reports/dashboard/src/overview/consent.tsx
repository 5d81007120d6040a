import { channelName } from '@kanalblick/reports/channel-name'
import { useSpeech } from '../page.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Explained } from '../parts/explained.tsx'
import { channelsQuestion } from '../questions.ts'
import { ChangeOf } from './change-of.tsx'
import { numberIn, pairsBy } from './pairs.ts'
import { type Selection, useAnswer } from './selection.ts'
import { ShareBar } from './share-bar.tsx'

/** How much of what the page says about persons rests on consent. Not by product: consent is the person's, not the article's. */
export function Consent({ selection }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const { period, compared, state } = selection
  const everyProduct = { ...selection, state: { ...state, category: [], product: [] } }
  const now = useAnswer(channelsQuestion(everyProduct, period))
  const before = useAnswer(compared && channelsQuestion(everyProduct, compared.before))
  for (const { error } of [now, before]) if (error) throw error
  const pairs = pairsBy('channel_instance', now.data, compared && before.data).filter((pair) => numberIn(pair.now, 'events') > 0)
  return (
    <section aria-labelledby="consent">
      <h2 id="consent">
        {words.consent} <Explained explanation={words.metrics.consent_share} />
      </h2>
      <p className="note">{words.consentNote}</p>
      {pairs.length === 0 ? (
        <p>{now.isPending ? words.loading : words.consentNone}</p>
      ) : (
        <DataTable
          caption={words.consent}
          rows={pairs.toSorted((a, b) => numberIn(b.now, 'consent_share') - numberIn(a.now, 'consent_share'))}
          keyOf={({ key }) => key}
          columns={[
            { id: 'channel', title: words.channel, cell: ({ key }) => <span title={key}>{channelName(key)}</span> },
            { id: 'share', title: words.metrics.consent_share.name, cell: (pair) => <ShareBar share={numberIn(pair.now, 'consent_share')} /> },
            {
              id: 'of',
              title: words.events,
              cell: (pair) => words.consentOf(format.value(pair.now['events_consented'], 'count', ''), format.value(pair.now['events'], 'count', '')),
            },
            {
              id: 'change',
              title: words.change,
              cell: (pair) => <ChangeOf current={pair.now['consent_share']} before={pair.before?.['consent_share']} unit="ratio" currency="" />,
            },
          ]}
        />
      )}
    </section>
  )
}
