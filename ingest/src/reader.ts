/** From a request to the records it becomes: all of it is computing, so a thread of its own may do it. */
import { toNewRecords, type WrittenBy } from '@kanalblick/stream'
import type { Collect } from './collect.ts'
import { IngestError } from './errors.ts'
import type { WriteKey } from './ports.ts'
import { createProtocols, malformedIn, type Protocol } from './protocols.ts'
import type { Arrival } from './reading/arrival.ts'
import { createReadDevice } from './reading/device.ts'
import type { EventLimits } from './reading/json.ts'

/** A request in values that can be handed to another thread. */
export interface SentRequest {
  /** The endpoint: it says how the body is to be read. */
  readonly path: string
  /** Those that belong to the events. */
  readonly headers: Readonly<Record<string, string>>
  /** Gone once the request was read. */
  readonly body: Uint8Array
}

export interface Sender {
  readonly writeKey: Pick<WriteKey, 'channel' | 'channelInstance' | 'consentCategories'>
  readonly arrival: Pick<Arrival, 'id' | 'userAgent' | 'objects'>
  readonly receivedAt: Date
}

export interface ReadRequest {
  readonly records: readonly WrittenBy<'ingest'>[]
  readonly events: number
  /** How many of them could not be mapped. */
  readonly malformed: number
  /** What to answer once the records are safe. */
  readonly answer: unknown
}

export interface RequestReader {
  /** For clients that put their write key in the body. @throws IngestError when the body cannot be understood */
  writeKeyIn(request: SentRequest): Promise<string | undefined>
  /** @throws IngestError when the body as a whole cannot be understood */
  read(request: SentRequest, sender: Sender): Promise<ReadRequest>
}

export function createRequestReader({ collect, limits }: { readonly collect: Collect; readonly limits: EventLimits }): RequestReader {
  const protocols = createProtocols(limits)
  const readDevice = createReadDevice()
  const readBy = ({ path, headers, body }: SentRequest) => {
    const protocol = protocols.get(path) as Protocol
    return { protocol, reading: protocol.read(body, headers) }
  }
  return {
    async writeKeyIn(request) {
      const { writeKey, fault } = readBy(request).reading
      if (fault !== undefined) throw new IngestError('BODY_INVALID', { detail: `It ${fault}.` })
      return writeKey
    },
    async read(request, { writeKey, arrival, receivedAt }) {
      const { protocol, reading } = readBy(request)
      const { channel, channelInstance, consentCategories } = writeKey
      const events = reading.events({ ...arrival, consentCategories, readDevice })
      const records = toNewRecords<'ingest'>(collect(events, { channel, channelInstance, collector: protocol.collector }, receivedAt))
      return { records, events: events.length, malformed: malformedIn(events), answer: protocol.answer(events) }
    },
  }
}
