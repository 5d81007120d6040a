import { channelName } from '@kanalblick/reports/channel-name'
import { useState } from 'react'
import { usePageState, useSpeech } from '../page.tsx'
import { Choice } from '../parts/choice.tsx'
import { comparisons, type Period, presets } from '../period.ts'
import { categoriesQuestion, channelsQuestion, countriesQuestion, namesQuestion } from '../questions.ts'
import { filterNames } from '../state.ts'
import { type Selection, useAnswer } from './selection.ts'

export function FilterBar({ selection }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const [state, change] = usePageState()
  const { currencies, currency, period, extent, today } = selection
  const own = state.from !== undefined
  return (
    <section className="filters" aria-label={words.filters}>
      <Choice
        label={words.period}
        value={own ? 'own' : state.period}
        options={[...presets.map((id) => ({ id, text: words.presets[id] })), ...(own ? [{ id: 'own' as const, text: format.days(period) }] : [])]}
        choose={(chosen) => chosen !== 'own' && change({ period: chosen })}
      />
      <OwnPeriod key={`${period.from} ${period.to}`} period={period} earliest={extent?.from ?? period.from} latest={today} />
      <Choice
        label={words.comparison}
        value={state.compare}
        options={comparisons.map((id) => ({ id, text: words.comparisons[id] }))}
        choose={(compare) => change({ compare })}
      />
      {currencies.length > 1 && (
        <Choice
          label={words.currency}
          value={currency ?? ''}
          options={currencies.map((id) => ({ id, text: id }))}
          choose={(currency) => change({ currency })}
        />
      )}
      <AddFilter selection={selection} />
      <Chips selection={selection} />
    </section>
  )
}

function OwnPeriod({ period, earliest, latest }: { period: Period; earliest: string; latest: string }) {
  const { words } = useSpeech()
  const [, change] = usePageState()
  const [days, setDays] = useState(period)
  const valid = days.from !== '' && days.from <= days.to
  const field = (name: 'from' | 'to') => (
    <label className="choice">
      <span>{words[name]}</span>
      <input
        type="date"
        value={days[name]}
        min={earliest < period.from ? earliest : period.from}
        max={latest}
        required
        onChange={({ target }) => setDays({ ...days, [name]: target.value })}
      />
    </label>
  )
  return (
    <form
      className="own-period"
      aria-label={words.ownPeriod}
      onSubmit={(event) => {
        event.preventDefault()
        if (valid) change({ days })
      }}
    >
      {field('from')}
      {field('to')}
      <button type="submit" disabled={!valid || (days.from === period.from && days.to === period.to)}>
        {words.apply}
      </button>
    </form>
  )
}

/** Channels, countries and categories that there are in the period; products are chosen in their table. */
function AddFilter({ selection }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const [state, change] = usePageState()
  const all = { ...selection, state: { ...state, channel: [], category: [], product: [] } }
  const channels = useAnswer(channelsQuestion(all, selection.period)).data?.rows ?? []
  const countries = useAnswer(countriesQuestion(all, selection.period)).data?.rows ?? []
  const categories = useAnswer(categoriesQuestion(selection, selection.period)).data?.rows ?? []
  const countryName = (code: string) => (code === '' ? words.unknownCountry : format.country(code))
  const choose = (chosen: string) => {
    const filter = filterNames.find((name) => chosen.startsWith(`${name} `))
    if (filter) change({ toggle: { filter, value: chosen.slice(filter.length + 1) } })
  }
  return (
    <label className="choice">
      <span>{words.addFilter}</span>
      <select value="" onChange={({ target }) => choose(target.value)}>
        <option value="">–</option>
        <optgroup label={words.filterNames.channel}>
          {channels.map(({ channel_instance: instance }) => (
            <option key={String(instance)} value={`channel ${String(instance)}`}>
              {channelName(String(instance))}
            </option>
          ))}
        </optgroup>
        <optgroup label={words.filterNames.country}>
          {countries.map(({ country }) => (
            <option key={String(country)} value={`country ${String(country)}`}>
              {countryName(String(country))}
            </option>
          ))}
        </optgroup>
        <optgroup label={words.filterNames.category}>
          {categories
            .filter(({ category }) => category !== '')
            .map(({ category }) => (
              <option key={String(category)} value={`category ${String(category)}`}>
                {String(category)}
              </option>
            ))}
        </optgroup>
      </select>
    </label>
  )
}

function Chips({ selection: { period } }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const [state, change] = usePageState()
  const products = useAnswer(state.product.length > 0 ? namesQuestion(state, period) : undefined).data?.rows ?? []
  const productName = (sku: string) => products.find(({ product }) => product === sku)?.['product_name'] || sku
  const nameOf = {
    channel: channelName,
    country: (code: string) => (code === '' ? words.unknownCountry : format.country(code)),
    category: (name: string) => name,
    product: (sku: string) => (sku === '' ? words.noProduct : String(productName(sku))),
  }
  const chips = filterNames.flatMap((filter) =>
    state[filter].map((value) => ({ filter, value, text: `${words.filterNames[filter]}: ${nameOf[filter](value)}` })),
  )
  if (chips.length === 0) return null
  return (
    <ul className="chips">
      {chips.map(({ filter, value, text }) => (
        <li key={text}>
          <button type="button" aria-label={words.removeFilter(text)} onClick={() => change({ toggle: { filter, value } })}>
            {text} <span aria-hidden>×</span>
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="quiet" onClick={() => change({ clearFilters: true })}>
          {words.clearFilters}
        </button>
      </li>
    </ul>
  )
}
