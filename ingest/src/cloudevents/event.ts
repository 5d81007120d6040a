/**
 * CloudEvents 1.0 (https://cloudevents.io): `type` is a name of the catalogue, with or without the prefix `com.kanalblick.`; `data` is
 * the catalogue's fields beside three of ours:
 *
 *   { ...fields, "identifiers": [{ "kind": "email", "value": ... }], "consent": { "purposes": { "web_analytics": true } },
 *     "context": { "country": "DE", "session_id": ..., "url": ..., "referrer": ..., "user_agent": ... } }
 *
 * `url`, `referrer` and `user_agent` are reduced here and never written.
 */
import { malformedEvent, type SourceEvent } from '../ports.ts'
import { type Arrival, nativeIdOf } from '../reading/arrival.ts'
import { withObjection } from '../reading/consent.ts'
import { Fields } from '../reading/fields.ts'
import { isRecord, type Part } from '../reading/json.ts'
import { toPath, toVisit } from '../reading/visit.ts'

const prefix = 'com.kanalblick.'

export function fromCloudEvent({ part, index }: { part: Part; index: number }, arrival: Arrival): SourceEvent {
  if (part.fault !== undefined || !isRecord(part.value)) {
    return malformedEvent({ type: 'cloudevents.unreadable', nativeId: part.text }, `event ${part.fault ?? 'is not an object'}`, part.text)
  }
  const faults: string[] = []
  const event = new Fields(part.value, 'event', faults)
  const time = event.instant('time')
  const source = event.need(event.id('source'), 'source', '')
  const id = event.need(event.id('id'), 'id', '')
  const named = event.need(event.id('type'), 'type', 'cloudevents.untyped')
  const type = named.startsWith(prefix) ? named.slice(prefix.length) : named
  if (event.value('specversion') !== '1.0') faults.push('event.specversion is not "1.0"')
  const content = event.value('data')
  if (!isRecord(content)) faults.push('event.data is not a JSON object')
  const nativeId = nativeIdOf({ id: id === '' ? undefined : id, timed: time !== undefined, text: part.text, index }, arrival)
  if (faults.length > 0 || !isRecord(content))
    return malformedEvent({ type, nativeId, source, ...(time !== undefined && { time }) }, faults.join('; '), part.text)

  const { identifiers, consent, context, ...data } = content
  return {
    type,
    nativeId,
    source,
    ...(time !== undefined && { time }),
    // Checked with the whole envelope before anything is written.
    identifiers: (identifiers ?? []) as SourceEvent['identifiers'],
    ...consentOf(consent, arrival.objects),
    ...sessionOf(context),
    context: contextOf(context, arrival),
    data: typeof data['url_path'] === 'string' ? { ...data, url_path: toPath(data['url_path']) ?? '' } : data,
  }
}

function consentOf(consent: unknown, objects: boolean): Pick<SourceEvent, 'consent'> {
  const signal = consent === undefined ? undefined : ({ ...(isRecord(consent) ? consent : { purposes: consent }), origin: 'event' } as SourceEvent['consent'])
  const merged = withObjection(signal, objects)
  return merged ? { consent: merged } : {}
}

const sessionOf = (context: unknown): Pick<SourceEvent, 'sessionId'> =>
  isRecord(context) && context['session_id'] !== undefined ? { sessionId: context['session_id'] as string } : {}

function contextOf(source: unknown, arrival: Arrival): SourceEvent['context'] {
  if (source !== undefined && !isRecord(source)) return source as SourceEvent['context']
  const { url, referrer, user_agent: given, session_id: _, ...rest } = source ?? {}
  const userAgent = typeof given === 'string' ? given : arrival.userAgent
  return {
    ...toVisit({ url: asText(url), referrer: asText(referrer) }),
    ...(userAgent !== undefined && { device: arrival.readDevice(userAgent) }),
    ...rest,
  }
}

const asText = (value: unknown) => (typeof value === 'string' ? value : undefined)
