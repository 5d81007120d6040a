/** Fills a data directory with the demo shop, up to the current hour; from where it was left when it is there already. */
import type { Channel } from '@kanalblick/stream'
import { type Day, dayAt, daysBetween, hourMs, shiftDay, startOf } from './calendar.ts'
import { deliver } from './deliver.ts'
import { createSimulation, firstDayOf } from './simulation.ts'
import { sources } from './sources.ts'
import { type DemoState, demoStateOf, writeDemoState } from './state.ts'

export interface FillOptions {
  readonly dataDirectory: string
  /** Of the server that holds the directory. */
  readonly url: string
  readonly createKey: (source: { readonly channel: Channel; readonly instance: string }) => Promise<string>
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly onProgress?: (days: { readonly done: number; readonly total: number }) => void
}

const seed = 4180
/** Told and accepted together: what a fill that is cut off sends again at most. */
const daysAtOnce = 14

/** Resolves with how many events were accepted: they wait to be analysed. */
export async function fillDemo(options: FillOptions): Promise<{ readonly events: number }> {
  const { dataDirectory, url, now, signal, onProgress } = options
  const upToMs = Math.floor(now().getTime() / hourMs) * hourMs
  const state = await begin(options, dayAt(upToMs))
  const tell = createSimulation({ seed: state.seed, anchor: state.anchorDay })
  const [first, last] = [dayAt(Date.parse(state.filledTo)), dayAt(upToMs)]
  const total = daysBetween(first, last) + 1
  let { filledTo } = state
  let events = 0
  for (let day = first; day <= last; day = shiftDay(day, daysAtOnce)) {
    const toMs = Math.min(upToMs, startOf(shiftDay(day, daysAtOnce)))
    const fromMs = Date.parse(filledTo)
    if (toMs <= fromMs) break
    const messages = daysFrom(day, toMs)
      .flatMap(tell)
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    await deliver(messages, { url, keyOf: (instance) => state.keys[instance] ?? '', signal })
    filledTo = new Date(toMs).toISOString()
    writeDemoState(dataDirectory, { ...state, filledTo })
    events += messages.length
    onProgress?.({ done: Math.min(total, daysBetween(first, day) + daysAtOnce), total })
  }
  return { events }
}

const daysFrom = (first: Day, toMs: number): Day[] => Array.from({ length: daysAtOnce }, (_, n) => shiftDay(first, n)).filter((day) => startOf(day) < toMs)

/** The anchor is kept before anything is sent: whoever resumes on another day tells the same stories. */
async function begin({ dataDirectory, createKey }: FillOptions, today: Day): Promise<DemoState> {
  const known = demoStateOf(dataDirectory)
  const begun = known ?? { seed, anchorDay: today, filledTo: new Date(startOf(firstDayOf(today))).toISOString(), keys: {} }
  const missing = sources.filter(({ instance }) => begun.keys[instance] === undefined)
  if (known && missing.length === 0) return known
  const keys = { ...begun.keys }
  for (const source of missing) keys[source.instance] = await createKey(source)
  const state = { ...begun, keys }
  writeDemoState(dataDirectory, state)
  return state
}
