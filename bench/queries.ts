/** What a dashboard asks, of a real server over HTTP, at several sizes: its own questions for its own periods and filters, and every report. */
import {
  categoriesQuestion,
  channelsQuestion,
  countriesQuestion,
  namesQuestion,
  productsQuestion,
  sourcesQuestion,
  totalsQuestion,
  trendQuestion,
} from '../reports/dashboard/src/questions.ts'
import { type PageState, pageState } from '../reports/dashboard/src/state.ts'
import { type Dataset, datasetAt } from './dataset.ts'
import type { BenchPart, BenchRow } from './result.ts'
import { type ObservedServer, observeServer } from './server.ts'
import { quantile, timed } from './statistics.ts'

const rounds = 5
const largestGrowth = 1.3

export const run: BenchPart = async ({ data, events }) => {
  const measured: { readonly size: number; readonly p95Ms: number }[] = []
  const rows: BenchRow[] = []
  for (const size of events) {
    const dataset = await datasetAt(data, size)
    const server = await observeServer(dataset.path)
    try {
      const found = await measure(server, dataset)
      rows.push(...found.rows)
      measured.push({ size, p95Ms: found.p95Ms })
    } finally {
      await server.stop()
    }
  }
  for (const [n, { size, p95Ms }] of measured.slice(1).entries()) {
    const before = measured[n]
    if (!before) continue
    const growth = Number((p95Ms / before.p95Ms).toFixed(2))
    rows.push({ what: `growth of p95 from ${before.size / 1e6} M to ${size / 1e6} M events`, measured: growth, unit: 'x', target: { atMost: largestGrowth } })
  }
  return rows
}

async function measure(server: ObservedServer, dataset: Dataset): Promise<{ rows: BenchRow[]; p95Ms: number }> {
  const asked = [...questionsOf(dataset, server), ...(await reportsOf(server, dataset))]
  // Once unmeasured: the first answer reads files that later ones find in memory. Then the weekly reports of a first start are done, too.
  for (const { ask } of asked) await ask()
  await server.idle()
  const msByName = new Map<string, number[]>()
  const computedMs = asked.map(() => 0)
  for (let round = 0; round < rounds; round++) {
    for (const [n, { name, ask }] of asked.entries()) {
      const before = server.processorMs()
      msByName.set(name, [...(msByName.get(name) ?? []), await timed(ask)])
      computedMs[n] = (computedMs[n] ?? 0) + (server.processorMs() - before) / rounds
    }
  }
  const all = [...msByName.values()].flat()
  const millions = dataset.events / 1e6
  const p95Ms = quantile(all, 0.95)
  const rows = [...msByName].map(([name, ms]): BenchRow => {
    return { what: `${name}, p95 at ${millions} M`, measured: round1(quantile(ms, 0.95)), unit: 'ms', target: { atMost: 100 } }
  })
  const processor = (what: string, ms: number): BenchRow => ({ what: `processor time of ${what}, at ${millions} M`, measured: Math.round(ms), unit: 'ms' })
  const slowest = asked[computedMs.indexOf(Math.max(...computedMs))]?.name ?? ''
  rows.push(processor('a question, p50', quantile(computedMs, 0.5)), processor('a question, p95', quantile(computedMs, 0.95)))
  rows.push(processor(`the slowest question (${slowest})`, Math.max(...computedMs)))
  rows.push({ what: `all ${asked.length} questions, p50 at ${millions} M`, measured: round1(quantile(all, 0.5)), unit: 'ms' })
  rows.push({ what: `all ${asked.length} questions, p95 at ${millions} M`, measured: round1(p95Ms), unit: 'ms', target: { atMost: 100 } })
  return { rows, p95Ms }
}

const round1 = (ms: number) => Math.round(ms * 10) / 10

interface Asked {
  readonly name: string
  readonly ask: () => Promise<unknown>
}

/** Day counts of the dashboard's periods, and all there is. */
const periodDays = [1, 7, 28, 91, 364, 730]

function questionsOf({ lastDay }: Dataset, server: ObservedServer): Asked[] {
  const filters: readonly Partial<PageState>[] = [{}, { channel: ['shop:nordlicht'] }, { country: ['AT'] }, { category: ['Becher'] }, { product: ['sku-7'] }]
  const asked: Asked[] = [{ name: 'sources', ask: () => server.query(sourcesQuestion(lastDay)) }]
  for (const filter of filters) {
    const selection = { state: { ...pageState.parse({}), ...filter }, currency: undefined }
    for (const days of periodDays) {
      const period = { from: shiftDay(lastDay, 1 - days), to: lastDay }
      const questions = {
        totals: totalsQuestion(selection, period),
        'trend by day': trendQuestion(selection, period, 'day'),
        'trend by week': trendQuestion(selection, period, 'week'),
        channels: channelsQuestion(selection, period),
        products: productsQuestion(selection, period),
        // Asked where no product is chosen: `events` is not known per product.
        ...(filter.category || filter.product ? {} : { countries: countriesQuestion(selection, period) }),
        categories: categoriesQuestion(selection, period),
      }
      for (const [name, question] of Object.entries(questions)) asked.push({ name, ask: () => server.query(question) })
      if (filter.product) asked.push({ name: 'names', ask: () => server.query(namesQuestion(selection.state, period)) })
    }
  }
  return asked
}

async function reportsOf(server: ObservedServer, { lastDay }: Dataset): Promise<Asked[]> {
  const { reports } = (await server.get('/v1/reports')) as { reports: { name: string; params: { properties?: Record<string, unknown> } }[] }
  return reports.flatMap(({ name, params: { properties = {} } }) =>
    // The weekly report is the only one that asks these, and asks for a week.
    (name.startsWith('weekly_') ? [7] : periodDays).map((days) => {
      const values: Readonly<Record<string, string>> = { from: shiftDay(lastDay, 1 - days), to: lastDay, grain: 'week', top: '10' }
      const params = Object.keys(properties).flatMap((param) => (values[param] === undefined ? [] : [[param, values[param]]]))
      return { name: `report ${name}`, ask: () => server.get(`/v1/reports/${name}?${new URLSearchParams(params as [string, string][]).toString()}`) }
    }),
  )
}

const shiftDay = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
