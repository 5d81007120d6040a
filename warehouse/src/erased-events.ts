/** What was erased does not come back: the sink asks here before it stores, because the log can be read again for as long as it is kept. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { EnrichedEvent } from '@kanalblick/stream'
import { masked } from './masks.ts'
import { type FateRow, toHour } from './rows.ts'
import { idsAtOnce, slices } from './slices.ts'
import { readSql, select } from './statements.ts'

export type ErasedActions = ReadonlyMap<string, 'delete' | 'mask'>

/** Which of these events an erasure has deleted or masked, by their ids. */
export async function erasedActions(client: ClickHouseClient, events: readonly EnrichedEvent[]): Promise<ErasedActions> {
  const [erased] = await select<{ rows: number }>(client, 'select count() as rows from erased_events')
  const actions = new Map<string, 'delete' | 'mask'>()
  if (!erased?.rows) return actions
  for (const some of slices(events, idsAtOnce)) {
    const rows = await select<{ event_id: string; action: 'delete' | 'mask' }>(client, readSql('erased_actions'), { ids: some.map(({ id }) => id) })
    for (const { event_id, action } of rows) actions.set(event_id, action)
  }
  return actions
}

/** `events`: those that may be stored, without their person where that was erased. `fates`: what became of the others. */
export const withoutErased = (events: readonly EnrichedEvent[], actions: ErasedActions): { events: EnrichedEvent[]; fates: FateRow[] } => ({
  events: events.flatMap((event) => (actions.get(event.id) === 'delete' ? [] : actions.has(event.id) ? masked(event) : event)),
  // The erasure booked the versions it deleted; one that was never stored is booked here.
  fates: events.filter(({ id }) => actions.get(id) === 'delete').map(toErasedFate),
})

const toErasedFate = ({ id, version, received_at, channel }: EnrichedEvent): FateRow => ({
  hour: toHour(received_at),
  channel,
  event_id: id,
  version,
  stage: 'warehouse',
  outcome: 'deleted',
  reason: 'erasure',
})
