/** What collectors write. Zone identity: encrypted in the log, 72 hours at most. */
import { z } from 'zod'
import { purposeIds } from '../purposes.ts'
import { mostTogether } from '../together.ts'
import { behaviour, campaign, consentField, field, identifier, technical } from './annotation.ts'
import { channel, channelInstance, country, instant, nativeId } from './values.ts'

export const identifierKinds = ['email', 'customer', 'device', 'phone', 'marketplace_buyer'] as const
export type IdentifierKind = (typeof identifierKinds)[number]
export interface Identifier {
  readonly kind: IdentifierKind
  readonly value: string
}

const device = z.object({
  class: z.enum(['desktop', 'mobile', 'tablet', 'bot', 'other']),
  browser: z.string().max(40).optional(),
  os: z.string().max(40).optional(),
})

/** Where and how something happened. */
export const context = z.object({
  country: field(country.optional(), { category: 'location', purpose: 'order_statistics', retention: 'books', erasure: 'keep' }),
  /** Reduced in the collector: the user agent itself is never written. */
  device: field(device.optional(), { category: 'device', purpose: 'web_analytics', retention: 'behaviour', erasure: 'mask' }),
  /** Host of the referring page, without path. */
  referrer_host: campaign(z.string().max(200).optional()),
  utm_source: campaign(z.string().max(200).optional()),
  utm_medium: campaign(z.string().max(200).optional()),
  utm_campaign: campaign(z.string().max(200).optional()),
  /** Which platform's click id was on the URL; the id itself is never written. */
  click_id_kind: field(z.enum(['gclid', 'fbclid', 'msclkid', 'li_fat_id', 'ttclid']).optional(), {
    category: 'campaign',
    purpose: 'ad_measurement',
    retention: 'behaviour',
    erasure: 'mask',
  }),
})

/** As it is sent: the session is an identifier, and ends with the others at the consent stage. */
export const sentContext = context.extend({ session_id: identifier(nativeId.optional()) })

/** A choice that travelled with the event (Segment `context.consent`, `Sec-GPC`). */
export const consentSignal = z.object({
  purposes: consentField(z.partialRecord(z.enum(purposeIds), z.boolean())),
  origin: consentField(z.enum(['segment_context', 'gpc', 'event'])),
})

/** The CloudEvents attributes plus our own. `id` is deterministic: same id, same event; a higher `version` replaces it. */
export const envelope = z.object({
  id: technical(z.guid()),
  version: technical(z.int().positive()),
  /** When it happened, as the source says. */
  time: technical(instant),
  received_at: technical(instant),
  channel: technical(channel),
  channel_instance: technical(channelInstance),
  schema_version: technical(z.literal(1)),
  collector: technical(z.enum(['cloudevents', 'segment', 'file'])),
})

/**
 * What the collector understood. `type` and `data` are checked in the consent stage, so that a source's mistake becomes a dead
 * letter with a reason instead of an answer that makes its client drop the event for ever.
 */
export const collectedEvent = envelope.extend({
  type: technical(z.string().max(200)),
  identifiers: identifier(z.array(z.object({ kind: z.enum(identifierKinds), value: z.string().min(1).max(320) })).max(10)),
  session_id: sentContext.shape.session_id,
  consent: consentSignal.optional(),
  context,
  data: behaviour(z.record(z.string(), z.unknown())),
  /** Set when what arrived could not be mapped to an event: which rule it broke. No value is quoted. */
  malformed: technical(z.string().max(500).optional()),
})
export type CollectedEvent = z.infer<typeof collectedEvent>

/**
 * Collected events of one arrival as they lie in the log: what accounting needs in the clear, in columns, all else sealed with the key of
 * their hour. All of them belong to one partition.
 */
export const sealedEvents = z
  .object({
    received_at: envelope.shape.received_at,
    channel: envelope.shape.channel,
    id: technical(z.array(envelope.shape.id).min(1).max(mostTogether)),
    version: technical(z.array(envelope.shape.version)),
    /** Names the key. Once retention passes, the key is destroyed and every copy of the events is unreadable. */
    key_id: technical(z.string().max(64)),
    /** base64 of nonce (12 bytes), AES-256-GCM ciphertext, tag (16 bytes); all that is in the clear is the associated data. */
    sealed: identifier(z.string()),
  })
  .refine(({ id, version }) => id.length === version.length)
export type SealedEvents = z.infer<typeof sealedEvents>
