/** The events of a batch, taken out of the records they were sealed in. */
import { type Batch, type CollectedEvent, type LogRecord, readRecord, type SealedEvents, sealedEvents, Unreadable } from '@kanalblick/stream'
import type { Keyring } from './keyring.ts'

/** What accounting needs of an event, and the event itself when it can be read. */
export interface Received {
  readonly id: string
  readonly version: number
  readonly received_at: string
  readonly channel: string
  readonly event: CollectedEvent | undefined
  /** Where among the batch's events it stands: what the batch's view knows it by. */
  readonly place: number
  /** The record that it came in, with the first of that record's events. */
  readonly record: LogRecord | undefined
}

export function readReceived({ records }: Batch, keyring: Pick<Keyring, 'open'>): (Received | Unreadable)[] {
  const received: (Received | Unreadable)[] = []
  for (const record of records) for (const one of receivedIn(record, keyring, received.length)) received.push(one)
  return received
}

function receivedIn(record: LogRecord, keyring: Pick<Keyring, 'open'>, from: number): readonly (Received | Unreadable)[] {
  const given = readRecord(record, (value) => value)
  // What opens was sealed by a collector, clear part included: looking at every id again would prove nothing.
  const opened = isSealed(given) ? keyring.open(given) : undefined
  if (opened) return opened.map((event, n) => received(event, { event, place: from + n, record: n === 0 ? record : undefined }))
  const { data: unopened } = sealedEvents.safeParse(given)
  if (!unopened) return [new Unreadable(record)]
  const { received_at, channel, id, version } = unopened
  return id.map((id, n) =>
    received({ id, version: version[n] as number, received_at, channel }, { event: undefined, place: from + n, record: n === 0 ? record : undefined }),
  )
}

type Named = Pick<Received, 'id' | 'version' | 'received_at' | 'channel'>

const received = ({ id, version, received_at, channel }: Named, { event, place, record }: Omit<Received, keyof Named>): Received => ({
  id,
  version,
  received_at,
  channel,
  event,
  place,
  record,
})

/** Enough to try to open it. */
const isSealed = (value: unknown): value is SealedEvents =>
  typeof value === 'object' && value !== null && typeof (value as SealedEvents).key_id === 'string' && typeof (value as SealedEvents).sealed === 'string'

const encoder = new TextEncoder()
const nothing = new Uint8Array()

/** What a dead letter holds of an event: the event alone, sealed again; of a record that cannot be opened the whole, once. */
export const createLetterOf =
  (seal: Keyring['seal']) =>
  ({ event, record }: Received): Uint8Array => {
    const alone = event && sealAlone(event, seal)
    return alone ? encoder.encode(JSON.stringify(alone)) : (record?.value ?? nothing)
  }

function sealAlone(event: CollectedEvent, seal: Keyring['seal']): SealedEvents | undefined {
  try {
    return seal([event])[0]
  } catch (error) {
    // Retention passed meanwhile: the record that the event came in cannot be opened any more either.
    if ((error as { code?: unknown }).code === 'KEYRING_HOUR_CLOSED') return undefined
    throw error
  }
}
