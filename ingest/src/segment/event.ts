/** Segment's tracking calls: https://segment.com/docs/connections/spec/ */
import type { Identifier } from '@kanalblick/stream'
import { type ConsentSignal, type Context, malformedEvent, type SourceEvent } from '../ports.ts'
import { type Arrival, nativeIdOf } from '../reading/arrival.ts'
import { fromCategories, withObjection } from '../reading/consent.ts'
import { toCountry } from '../reading/country.ts'
import { Fields, toText } from '../reading/fields.ts'
import { listIdentifiers, userIdKind } from '../reading/identifiers.ts'
import { isRecord, type Part } from '../reading/json.ts'
import { toPath, toVisit } from '../reading/visit.ts'
import { orderEvents } from './orders.ts'
import { webEvents } from './web.ts'

export const segmentCalls = ['track', 'page', 'identify', 'screen', 'group', 'alias'] as const
export type SegmentCall = (typeof segmentCalls)[number]

/** What a mapping may use besides the event's properties. */
export interface Message {
  readonly id: string
  readonly time: string | undefined
  readonly path: string | undefined
}

/** Maps the properties of one kind of event to the catalogue's `data`. */
export interface SegmentMapping {
  readonly type: string
  toData(properties: Fields, message: Message): Record<string, unknown>
}

export interface SegmentPart {
  readonly part: Part
  readonly index: number
  /** Given by the endpoint; in a batch each event says it itself. */
  readonly call?: SegmentCall
  /** The batch's own `context`, for events that do not say otherwise. */
  readonly sharedContext?: unknown
}

const events: ReadonlyMap<string, SegmentMapping> = new Map([...orderEvents, ...webEvents])

/** Undefined for a call that says nothing to collect: an `identify` without a choice. */
export function fromSegment({ part, index, call, sharedContext }: SegmentPart, arrival: Arrival): SourceEvent | undefined {
  if (part.fault !== undefined || !isRecord(part.value)) {
    return malformedEvent({ type: `segment.${call ?? 'unreadable'}`, nativeId: part.text }, `event ${part.fault ?? 'is not an object'}`, part.text)
  }
  const faults: string[] = []
  const message = new Fields(part.value, 'event', faults)
  const context = new Fields({ ...asRecord(sharedContext), ...asRecord(message.value('context')) }, 'context', faults)
  const kind = call ?? message.id('type') ?? ''
  const time = message.instant('timestamp', 'originalTimestamp')
  const nativeId = nativeIdOf({ id: message.id('messageId'), timed: time !== undefined, text: part.text, index }, arrival)
  const properties = new Fields(message.value('properties'), 'properties', faults)
  const page = pageOf(properties, context)
  const consent = withObjection(fromCategories(context.child('consent').value('categoryPreferences'), arrival.consentCategories), arrival.objects)

  const mapping = kind === 'identify' ? consent && choice(consent) : mappingOf(kind, message)
  if (kind === 'identify' && !mapping) return undefined
  const type = mapping?.type ?? `segment.${kind}${kind === 'track' ? `:${message.id('event') ?? ''}` : ''}`
  const data = mapping?.toData(properties, { id: nativeId, time, path: page.path }) ?? { received: part.text }
  if (faults.length > 0) return malformedEvent({ type, nativeId, ...(time !== undefined && { time }) }, faults.join('; '), part.text)
  return {
    type,
    nativeId,
    ...(time !== undefined && { time }),
    identifiers: whoIs(message, context),
    ...(consent && type !== 'consent_recorded' && { consent }),
    ...sessionOf(context),
    context: contextOf({ properties, context, page }, arrival),
    data,
  }
}

function mappingOf(kind: string, message: Fields): SegmentMapping | undefined {
  const name = kind === 'track' ? message.id('event')?.toLowerCase() : kind === 'page' ? 'page' : undefined
  return name === undefined ? undefined : events.get(name)
}

const choice = ({ purposes, origin }: ConsentSignal): SegmentMapping => ({
  type: 'consent_recorded',
  toData: (_, { id }) => ({ record_id: id.slice(0, 200), purposes, mechanism: origin === 'gpc' ? 'browser_signal' : 'api_import' }),
})

function whoIs(message: Fields, context: Fields): Identifier[] {
  const userId = message.id('userId')
  const traits = [message.child('traits'), context.child('traits')]
  return listIdentifiers([
    [userIdKind(userId ?? ''), userId],
    ...traits.map((known) => ['email', known.id('email')] as const),
    ...traits.map((known) => ['phone', known.id('phone')] as const),
    ['device', message.id('anonymousId')],
  ])
}

interface Page {
  readonly url: string | undefined
  readonly referrer: string | undefined
  readonly path: string | undefined
}

function pageOf(properties: Fields, context: Fields): Page {
  const page = context.child('page')
  const url = properties.id('url') ?? page.id('url')
  const address = properties.id('path') ?? properties.id('url') ?? page.id('path', 'url')
  return { url, referrer: properties.id('referrer') ?? page.id('referrer'), path: address === undefined ? undefined : toPath(address) }
}

function sessionOf(context: Fields): Pick<SourceEvent, 'sessionId'> {
  const sessionId = context.id('sessionId')
  return sessionId !== undefined && sessionId.length <= 200 ? { sessionId } : {}
}

function contextOf({ properties, context, page }: { properties: Fields; context: Fields; page: Page }, arrival: Arrival): Context {
  const campaign = context.child('campaign')
  const userAgent = context.id('userAgent') ?? arrival.userAgent
  const country = countryOf(properties, context)
  const visit = toVisit(page)
  for (const [name, key] of [
    ['source', 'utm_source'],
    ['medium', 'utm_medium'],
    ['name', 'utm_campaign'],
  ] as const) {
    const value = campaign.id(name)
    if (value !== undefined) visit[key] = value.slice(0, 200)
  }
  return {
    ...visit,
    ...(country !== undefined && { country }),
    ...(userAgent !== undefined && { device: arrival.readDevice(userAgent) }),
  }
}

/** Where the order goes, else where the person lives, else where the source saw the visit. The IP address is not asked. */
function countryOf(properties: Fields, context: Fields): string | undefined {
  const candidates = [
    properties.child('shipping_address').value('country'),
    properties.value('country'),
    context.child('traits').child('address').value('country'),
    context.child('location').value('country'),
  ]
  return candidates.map((name) => toCountry(toText(name) ?? '')).find((code) => code !== undefined)
}

const asRecord = (value: unknown) => (isRecord(value) ? value : {})
