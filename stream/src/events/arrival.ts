/** How the events of one arrival are put together before they are sealed, and taken apart again. */
import { type CollectedEvent, maxSealedEvents, type SealedEvents } from './collected.ts'

/** What goes into one record: the clear part beside the text to seal. */
export interface Parcel {
  readonly clear: Clear
  readonly text: string
}
type Clear = Pick<SealedEvents, 'id' | 'version' | 'received_at' | 'channel'>

/** Characters of the sealed text; a single larger event has a parcel of its own. */
const maxParcelLength = 64_000

/** Said once for all events of a parcel. */
interface Shared extends Pick<CollectedEvent, 'channel_instance' | 'schema_version' | 'collector'> {
  readonly events: readonly Own[]
}
type Own = Pick<CollectedEvent, 'time' | 'type' | 'identifiers' | 'consent' | 'context' | 'data' | 'malformed'>

/** @param events of one arrival: time of receipt, channel, channel instance and collector are those of the first */
export function packEvents(events: readonly CollectedEvent[]): Parcel[] {
  const parcels: Parcel[] = []
  let texts: string[] = []
  let length = 0
  let first = 0
  const close = (end: number) => {
    if (texts.length > 0) parcels.push(parcelOf(events.slice(first, end), texts))
    texts = []
    length = 0
    first = end
  }
  for (const [n, event] of events.entries()) {
    const text = ownText(event)
    if (texts.length === maxSealedEvents || length + text.length > maxParcelLength) close(n)
    texts.push(text)
    length += text.length
  }
  close(events.length)
  return parcels
}

function parcelOf(events: readonly CollectedEvent[], texts: readonly string[]): Parcel {
  const { received_at, channel, channel_instance, schema_version, collector } = events[0] as CollectedEvent
  const shared = JSON.stringify({ channel_instance, schema_version, collector })
  return {
    clear: { received_at, channel, id: events.map(({ id }) => id), version: events.map(({ version }) => version) },
    text: `${shared.slice(0, -1)},"events":[${texts.join()}]}`,
  }
}

const ownText = ({ time, type, identifiers, consent, context, data, malformed }: CollectedEvent): string =>
  JSON.stringify({ time, type, identifiers, consent, context, data, malformed } satisfies Record<keyof Own, unknown>)

/** The events that were packed. Whoever could seal has packed them: nothing is checked again. */
export function unpackEvents({ clear: { id, version, received_at, channel }, text }: Parcel): CollectedEvent[] {
  const { channel_instance, schema_version, collector, events } = JSON.parse(text) as Shared
  return events.map(
    (own, n): CollectedEvent => ({
      id: id[n] as string,
      version: version[n] as number,
      time: own.time,
      received_at,
      channel,
      channel_instance,
      schema_version,
      collector,
      type: own.type,
      identifiers: own.identifiers,
      consent: own.consent,
      context: own.context,
      data: own.data,
      malformed: own.malformed,
    }),
  )
}
