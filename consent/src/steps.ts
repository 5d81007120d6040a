/** The rules of the consent stage, in the order that `stage.ts` takes them. */
import {
  type Append,
  type CatalogueEntry,
  type Conforms,
  catalogue,
  conformsTo,
  context,
  drop,
  type EventType,
  eventTypes,
  isEventType,
  keep,
  type Outcome,
  purposes,
  reject,
} from '@kanalblick/stream'
import type { z } from 'zod'
import type { ConsentConfig } from './config.ts'
import { countMissing, type Data, type Field, type Fields, fieldsOf, fieldsWith, mapStrings, permittedFields, pick, type Replace } from './fields.ts'
import { withoutConsent } from './purposes/policy.ts'
import type { Received } from './received.ts'
import type { Scrub, Scrubbers } from './scrub/scrub.ts'
import type { PseudonymPurpose } from './subject.ts'
import { createCoarsen } from './time.ts'
import type { BatchView, OpenedEvent } from './view.ts'

/** Every step hands on what it was given and adds its own, so that a wrong order does not compile. */
interface Recognised {
  readonly opened: OpenedEvent
  readonly kind: Kind
}
interface Checked extends Recognised {
  readonly data: Data
}
interface Stripped extends Checked {
  /** What may go on of `data` and of the event's context. */
  readonly kept: { readonly data: Data; readonly context: Data }
}
interface Pseudonymous extends Stripped {
  readonly pseudonyms: {
    readonly subject_web: string | null
    readonly subject_ads: string | null
    readonly subject_profile: string | null
    readonly session_key: string | null
    readonly order_key: string | null
  }
}
interface Coarse extends Pseudonymous {
  readonly times: { readonly time: string; readonly received_at: string }
}

/** What an event type's catalogue entry says, read once. */
interface Kind {
  readonly entry: CatalogueEntry
  readonly conforms: Conforms
  readonly fields: Fields
  readonly texts: Fields
  readonly instants: Fields
  /** Field names that may be told; a name that is not in here came with the event. */
  readonly names: ReadonlySet<string>
}

const kinds = new Map<EventType, Kind>(eventTypes.map((type) => [type, kindOf(catalogue[type])]))
const contextFields = fieldsOf(context)
const contextTexts = fieldsWith(contextFields, 'text')

function kindOf(entry: CatalogueEntry): Kind {
  const fields = fieldsOf(entry.data)
  return {
    entry,
    conforms: conformsTo(entry.data),
    fields,
    texts: fieldsWith(fields, 'text'),
    instants: fieldsWith(fields, 'instant'),
    names: new Set(namesIn(fields)),
  }
}
function namesIn(fields: Fields): string[] {
  return fields.flatMap(({ name, fields: nested }) => [name, ...namesIn(nested ?? [])])
}

export function openPayload(received: Received, view: BatchView): Outcome<OpenedEvent> {
  const opened = view.find(received)
  return opened ? keep(opened) : reject('payload_unreadable', 'its key is destroyed or damaged, or the record was changed')
}

export function refuseMalformed(opened: OpenedEvent): Outcome<OpenedEvent> {
  const { malformed } = opened.event
  return malformed === undefined ? keep(opened) : reject('event_malformed', malformed)
}

export function recogniseType(opened: OpenedEvent): Outcome<Recognised> {
  const { type } = opened.event
  const kind = isEventType(type) ? kinds.get(type) : undefined
  return kind ? keep({ opened, kind }) : reject('event_type_unknown', 'its type is not in the catalogue')
}

export function checkData({ opened, kind }: Recognised, view: BatchView): Outcome<Checked> {
  const { type, data } = opened.event
  if (kind.conforms(data)) return keep({ opened, kind, data })
  const parsed = (kind.entry.data as z.ZodType<Data>).safeParse(data)
  if (!parsed.success) return reject('event_invalid', `${type}: ${placesOf(parsed.error, kind).join(', ')}`)
  view.removed.unknownFields += countMissing(data, parsed.data)
  return keep({ opened, kind, data: parsed.data })
}

/** `items.0.quantity (invalid_type)` */
const placesOf = (error: z.ZodError, { names }: Kind): string[] =>
  error.issues.slice(0, 10).map(({ path, code }) => {
    const place = path.map((part) => (typeof part === 'number' || names.has(String(part)) ? String(part) : '*'))
    return `${place.join('.') || 'data'} (${code})`
  })

/** What an erased person did is dropped; the merchant's books stay, and say nothing of the person: the view left them no subject and no consent. */
export function suppressErased(checked: Checked): Outcome<Checked> {
  return checked.opened.erased && purposes[checked.kind.entry.purpose].basis === '6-1-a' ? drop('erased') : keep(checked)
}

/** An objection takes the person out of the merchant's books; the amounts stay, as they do when a person is erased. */
export function dropWithoutPurpose(checked: Checked): Outcome<Checked> {
  const { purpose } = checked.kind.entry
  if (checked.opened.permissions.allows(purpose)) return keep(checked)
  if (purposes[purpose].basis !== '6-1-f') return drop('no_consent')
  return keep({ ...checked, opened: { ...checked.opened, erased: true, subject: undefined, permissions: withoutConsent } })
}

export function stripFields({ opened, kind, data }: Checked): Outcome<Stripped> {
  const { event, permissions } = opened
  const kept = { data: pick(data, permittedFields(kind.fields, permissions)), context: pick(event.context, permittedFields(contextFields, permissions)) }
  return keep({ opened, kind, data, kept })
}

/** @param createScrubbers makes one set for each field: what one field holds says little about another */
export function createScrubText(createScrubbers: () => Scrubbers) {
  const scrubbers = new Map<Field, Scrub>()
  const scrubOf = (field: Field) => {
    const known = scrubbers.get(field)
    if (known) return known
    const scrub = createScrubbers()[scrubberNames[field.name] ?? 'scrub']
    scrubbers.set(field, scrub)
    return scrub
  }
  const clean: Replace<Cleaning> = (text, field, { opened, view }) => {
    const scrubbed = scrubOf(field)(text, opened.names)
    if (scrubbed !== text) view.removed.texts++
    return scrubbed
  }
  return function scrubText({ opened, kind, data, kept }: Stripped, view: BatchView): Outcome<Stripped> {
    const cleaning = { opened, view }
    const clear = { data: mapStrings(kept.data, kind.texts, clean, cleaning), context: mapStrings(kept.context, contextTexts, clean, cleaning) }
    return keep({ opened, kind, data, kept: clear })
  }
}

interface Cleaning {
  readonly opened: OpenedEvent
  readonly view: BatchView
}

const scrubberNames: Readonly<Record<string, keyof Scrubbers>> = {
  sku: 'scrubCode',
  url_path: 'scrubPath',
  referrer_host: 'scrubHost',
  utm_source: 'scrubSlug',
  utm_medium: 'scrubSlug',
  utm_campaign: 'scrubSlug',
}

export function pseudonymise({ opened, kind, data, kept }: Stripped, view: BatchView): Outcome<Pseudonymous> {
  const { event, permissions, erased } = opened
  const mayFollow = permissions.allows('web_analytics') && !kind.entry.aggregate
  const pseudonyms = {
    subject_web: pseudonymFor('web_analytics', opened, view),
    subject_ads: pseudonymFor('ad_measurement', opened, view),
    subject_profile: pseudonymFor('personalisation', opened, view),
    session_key: mayFollow ? view.sessionKey(event.channel_instance, event.session_id) : null,
    order_key: erased ? null : view.orderKey(event.channel_instance, data['order_id']),
  }
  return keep({ opened, kind, data, kept, pseudonyms })
}

const pseudonymFor = (purpose: PseudonymPurpose, { event, subject, permissions }: OpenedEvent, { pseudonym }: BatchView) =>
  subject && permissions.allows(purpose) ? pseudonym(purpose, subject, event.time) : null

export function createCoarsenTimes(config: ConsentConfig) {
  const { toMinute, toHour, toDay } = createCoarsen(config.timeZone)
  return function coarsenTimes({ opened, kind, data, kept, pseudonyms }: Pseudonymous): Outcome<Coarse> {
    const { event, erased } = opened
    const coarsen = erased ? toDay : toMinute
    // The hour of arrival is what the books are kept by.
    const times = { time: coarsen(event.time), received_at: erased ? toHour(event.received_at) : toMinute(event.received_at) }
    const coarse = kind.instants.length === 0 ? kept : { data: mapStrings(kept.data, kind.instants, coarsen, undefined), context: kept.context }
    return keep({ opened, kind, data, kept: coarse, pseudonyms, times })
  }
}

export function toConsented({ opened, kept, pseudonyms, times }: Coarse): Outcome<Append<'consent'>> {
  const { event, permissions } = opened
  // Written out: an object of this size put together from parts is slow to make.
  const value = {
    id: event.id,
    version: event.version,
    time: times.time,
    received_at: times.received_at,
    channel: event.channel,
    channel_instance: event.channel_instance,
    schema_version: event.schema_version,
    collector: event.collector,
    type: event.type,
    subject_web: pseudonyms.subject_web,
    subject_ads: pseudonyms.subject_ads,
    subject_profile: pseudonyms.subject_profile,
    session_key: pseudonyms.session_key,
    order_key: pseudonyms.order_key,
    granted: permissions.granted,
    context: kept.context,
    data: kept.data,
  }
  return keep({ topic: 'events.consented.v1', key: event.id, value } as unknown as Append<'consent'>)
}
