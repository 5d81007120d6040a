/** The HTTP binding of CloudEvents 1.0: binary, structured and batched content mode. */
import { IngestError } from '../errors.ts'
import { type EventLimits, type Part, readParts } from '../reading/json.ts'

export type Headers = Readonly<Record<string, string | undefined>>

const attributes = ['specversion', 'id', 'source', 'type', 'time'] as const

/** @throws IngestError when the body is none of the three */
export function readCloudEvents(body: Uint8Array, headers: Headers, limits: EventLimits): readonly Part[] {
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (mediaType === 'application/cloudevents-batch+json') return readParts(body, 'array', limits).events
  if (mediaType === 'application/cloudevents+json') return readParts(body, 'event', limits).events
  if (attributes.some((name) => headers[`ce-${name}`] !== undefined)) return readParts(body, 'event', limits).events.map((part) => fromBinary(part, headers))
  throw new IngestError('BODY_INVALID', {
    detail: 'Send Content-Type: application/cloudevents+json or application/cloudevents-batch+json, or the attributes as ce- headers.',
  })
}

function fromBinary(part: Part, headers: Headers): Part {
  const given = attributes.map((name) => [name, headers[`ce-${name}`]] as const).filter(([, value]) => value !== undefined)
  const event = Object.fromEntries(given.map(([name, value]) => [name, decoded(value as string)]))
  const text = JSON.stringify(event) + part.text
  return part.fault === undefined ? { value: { ...event, data: part.value }, text } : { fault: part.fault, text }
}

/** Header values are percent-encoded where they are not plain ASCII. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
