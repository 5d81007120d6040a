import { metric } from '@kanalblick/reports/metrics'
import type { Row } from '../api.ts'
import { usePageState, useSpeech } from '../page.tsx'
import { Explained } from '../parts/explained.tsx'
import { isKnown, type TileMetric, tileMetrics, totalsQuestion } from '../questions.ts'
import { ChangeOf } from './change-of.tsx'
import { type Selection, useAnswer } from './selection.ts'

export function Tiles({ selection }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const { period, compared } = selection
  const now = useAnswer(totalsQuestion(selection, period))
  const comparable = useAnswer(compared && totalsQuestion(selection, compared.current))
  const before = useAnswer(compared && totalsQuestion(selection, compared.before))
  for (const { error } of [now, comparable, before]) if (error) throw error
  const rowOf = ({ data }: typeof now): Row | undefined => (data?.rows.length === 0 ? noRow : data?.rows[0])
  return (
    <section aria-labelledby="numbers">
      <h2 id="numbers" className="visually-hidden">
        {words.numbers}
      </h2>
      {compared && (
        <p className="note">
          {format.days(period)}, {words.comparedWith(format.days(compared.before))}. {compared.current.to < period.to && words.comparedUntilYesterday}
        </p>
      )}
      {!compared && (
        <p className="note">
          {format.days(period)}. {selection.comparisonMissing && words.noComparison}
        </p>
      )}
      <ul className="tiles">
        {tileMetrics.map((name) => (
          <Tile key={name} {...{ name, selection }} now={rowOf(now)} comparable={rowOf(comparable)} before={compared && rowOf(before)} />
        ))}
      </ul>
    </section>
  )
}

/** Nothing happened: sums are zero, and there is nothing to divide. */
const noRow: Row = { revenue_net: 0, orders: 0, average_order_value: null, units: 0, return_rate: null, fees: 0, ad_spend: 0, consent_share: null }

interface TileProps {
  readonly name: TileMetric
  readonly selection: Selection
  readonly now: Row | undefined
  readonly comparable: Row | undefined
  readonly before: Row | undefined
}

function Tile({ name, selection, now, comparable, before }: TileProps) {
  const { words, format } = useSpeech()
  const [state, change] = usePageState()
  const { unit } = metric(name)
  const currency = selection.currency ?? ''
  const known = isKnown(name, state)
  return (
    <li className={state.metric === name ? 'tile chosen' : 'tile'}>
      <div className="tile-name">
        <button
          type="button"
          className="row"
          aria-pressed={state.metric === name}
          title={words.showTrendOf(words.metrics[name].name)}
          onClick={() => change({ metric: name })}
          disabled={!known}
        >
          {words.metrics[name].name}
        </button>
        <Explained explanation={words.metrics[name]} />
      </div>
      <strong data-metric={name}>{known ? (now ? format.value(now[name], unit, currency) : '…') : '–'}</strong>
      {known ? (
        before && <ChangeOf current={comparable?.[name]} before={before[name]} {...{ unit, currency }} />
      ) : (
        <span className="note">{words.notPerProduct}</span>
      )}
    </li>
  )
}
