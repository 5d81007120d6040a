/** What the overview shows, put together from address, session and the first answers: days, comparison, currency. */
import type { QueryRequestInput } from '@kanalblick/reports'
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { type Answer, ask, type Row, report } from '../api.ts'
import { usePageState, useSession } from '../page.tsx'
import { type ComparedPeriods, comparedPeriods, type Period } from '../period.ts'
import { type PageState, periodOf } from '../state.ts'

export interface Selection {
  readonly state: PageState
  readonly today: string
  readonly period: Period
  /** Undefined when nothing is compared, or when data do not reach back that far. */
  readonly compared: ComparedPeriods | undefined
  /** Why there is no comparison although one was asked for. */
  readonly comparisonMissing: boolean
  readonly currency: string | undefined
  readonly currencies: readonly string[]
  /** The first and the last day with data. */
  readonly extent: Period | undefined
}

export function useAnswer(question: QueryRequestInput | undefined): UseQueryResult<Answer> {
  return useQuery({
    queryKey: ['query', question],
    queryFn: () => ask(question as QueryRequestInput),
    enabled: question !== undefined,
    placeholderData: keepPreviousData,
  })
}

/** Undefined until the first answers are there. @throws what they failed with */
export function useSelection(): Selection | undefined {
  const [state] = usePageState()
  const { today } = useSession()
  const period = periodOf(state, today)
  const days = useQuery({ queryKey: ['data_extent'], queryFn: () => report('data_extent', {}) })
  const sold = useAnswer({ metrics: ['revenue_gross'], by: ['currency'], ...period })
  for (const { error } of [days, sold]) if (error) throw error
  if (!days.data || !sold.data) return undefined
  const extent = extentOf(days.data)
  const wanted = comparedPeriods(period, state.compare, today)
  const reached = wanted !== undefined && extent !== undefined && extent.from <= wanted.before.from
  const currencies = sold.data.currencies
  return {
    state,
    today,
    period,
    compared: reached ? wanted : undefined,
    comparisonMissing: state.compare !== 'none' && !reached,
    currencies,
    currency: currencies.find((currency) => currency === state.currency) ?? mainCurrency(sold.data),
    extent,
  }
}

const extentOf = ([row]: readonly Row[]): Period | undefined => row && { from: String(row['first_day']), to: String(row['last_day']) }

/** The one that sold most, by number: amounts of different currencies cannot be compared, but one has to be shown first. */
function mainCurrency({ rows }: Answer): string | undefined {
  const sold = rows.filter(({ currency }) => currency !== '').toSorted((a, b) => Number(b['revenue_gross']) - Number(a['revenue_gross']))
  return sold[0]?.['currency'] as string | undefined
}
