import { type Log, topicsReadBy } from '@kanalblick/stream'

const groups = ['consent', 'transform', 'warehouse'] as const
type Lags = Readonly<Record<(typeof groups)[number], number>>

/**
 * How many records each stage has still to read. Asked in the order of the flow: what a stage hands on meanwhile is counted at the next
 * one, so that all zeros mean that everything accepted before the call has arrived.
 */
export async function readLags(log: Pick<Log, 'lag'>): Promise<Lags> {
  const lags = { consent: 0, transform: 0, warehouse: 0 }
  for (const group of groups) lags[group] = await log.lag(group, topicsReadBy(group))
  return lags
}
