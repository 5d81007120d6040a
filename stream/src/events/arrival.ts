/** How the events of one arrival are put together before they are sealed, and taken apart again. */
import { type Columns, columnsOf } from '../columns.ts'
import { inPortions } from '../together.ts'
import { type CollectedEvent, collectedEvent, type SealedEvents } from './collected.ts'

/** What goes into one record: the clear part beside the text to seal. */
export interface Parcel {
  readonly clear: Clear
  readonly text: string
}
type Clear = Pick<SealedEvents, 'id' | 'version' | 'received_at' | 'channel'>

const columns = columnsOf<CollectedEvent>(collectedEvent)

/** In the text, what stands in the clear part would be said twice. */
const withoutClear = { id: undefined, version: undefined, received_at: undefined, channel: undefined } satisfies Record<keyof Clear, undefined>

/** @param events of one arrival: time of receipt and channel are those of the first */
export const packEvents = (events: readonly CollectedEvent[]): Parcel[] =>
  Array.from(
    inPortions(events, (some) => ({ ...columns.pack(some), ...withoutClear })),
    ({ events: some, text }) => ({ clear: clearOf(some), text }),
  )

function clearOf(events: readonly CollectedEvent[]): Clear {
  const { received_at, channel } = events[0] as CollectedEvent
  return { received_at, channel, id: events.map(({ id }) => id), version: events.map(({ version }) => version) }
}

/** The events that were packed; `undefined` when another build packed them otherwise. Whoever could seal has packed them: nothing else is checked again. */
export function unpackEvents({ clear: { id, version, received_at, channel }, text }: Parcel): CollectedEvent[] | undefined {
  const sealed = JSON.parse(text) as Partial<Columns>
  if (!sealed['identifiers']) return undefined
  return columns.unpack({ ...sealed, id, version, received_at: [received_at], channel: [channel] }) as CollectedEvent[]
}
