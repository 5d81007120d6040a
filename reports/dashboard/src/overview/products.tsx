import { usePageState, useSpeech } from '../page.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { DownloadCsv } from '../parts/download-csv.tsx'
import { mostProducts, productsQuestion } from '../questions.ts'
import { ChangeOf } from './change-of.tsx'
import { numberIn, type Pair, pairsBy } from './pairs.ts'
import { type Selection, useAnswer } from './selection.ts'

export function Products({ selection }: { selection: Selection }) {
  const { words, format } = useSpeech()
  const [state, change] = usePageState()
  const { period, compared } = selection
  const question = productsQuestion(selection, period)
  const now = useAnswer({ ...question, limit: mostProducts })
  const before = useAnswer(compared && { ...productsQuestion(selection, compared.before), limit: mostProducts })
  for (const { error } of [now, before]) if (error) throw error
  const currency = selection.currency ?? ''
  const pairs = pairsBy('product', now.data, compared && before.data).toSorted((a, b) => numberIn(b.now, 'revenue_net') - numberIn(a.now, 'revenue_net'))
  const nameOf = ({ key, now }: Pair) => (key === '' ? words.noProduct : String(now['product_name'] || key))
  const columns: Column<Pair>[] = [
    {
      id: 'product',
      title: words.product,
      cell: (pair) => (
        <>
          {nameOf(pair)} {pair.key !== '' && <small>{pair.key}</small>}
        </>
      ),
    },
    {
      id: 'revenue_net',
      title: words.metrics.revenue_net.name,
      cell: (pair) => format.value(pair.now['revenue_net'], 'money', currency),
      order: (pair) => numberIn(pair.now, 'revenue_net'),
    },
    ...(compared && compared.current.to === period.to
      ? [
          {
            id: 'change',
            title: words.change,
            cell: ({ now, before }: Pair) => (
              <>
                {before && format.signed(numberIn(now, 'revenue_net') - numberIn(before, 'revenue_net'), 'money', currency)}{' '}
                <ChangeOf current={now['revenue_net']} before={before?.['revenue_net']} unit="money" currency={currency} />
              </>
            ),
            order: ({ now, before }: Pair) => numberIn(now, 'revenue_net') - numberIn(before, 'revenue_net'),
          },
        ]
      : []),
    {
      id: 'units',
      title: words.metrics.units.name,
      cell: (pair) => format.value(pair.now['units'], 'count', ''),
      order: (pair) => numberIn(pair.now, 'units'),
    },
    {
      id: 'return_rate',
      title: words.metrics.return_rate.name,
      cell: (pair) => format.value(pair.now['return_rate'], 'ratio', ''),
      order: (pair) => numberIn(pair.now, 'return_rate'),
    },
  ]
  return (
    <section aria-labelledby="products">
      <h2 id="products">{words.products}</h2>
      {now.data?.rows.length === 0 ? (
        <p>{words.emptyFiltered}</p>
      ) : (
        <DataTable
          caption={words.products}
          columns={columns}
          rows={pairs}
          keyOf={({ key }) => key}
          choice={{
            choose: ({ key }) => change({ toggle: { filter: 'product', value: key } }),
            isChosen: ({ key }) => state.product.includes(key),
            label: (pair) => words.filterBy(nameOf(pair)),
          }}
        />
      )}
      <p className="note">
        {words.clickToFilter} <DownloadCsv name={words.products} question={question} />
      </p>
    </section>
  )
}
