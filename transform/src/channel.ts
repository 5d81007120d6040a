/**
 * The GA4 default channel groups, from what a visit's link and referrer say.
 * The rules are Google's, in Google's order: https://support.google.com/analytics/answer/9756891 (read in November 2026).
 */
import { type ConsentedEvent, catalogue, keep, type Outcome } from '@kanalblick/stream'
import type { Priced } from './currency.ts'
import { remember } from './remember.ts'
import { kindOfSource, type SourceKind } from './sources.ts'

export type ChannelGroup =
  | 'Direct'
  | 'Cross-network'
  | 'Paid Shopping'
  | 'Paid Search'
  | 'Paid Social'
  | 'Paid Video'
  | 'Display'
  | 'Paid Other'
  | 'Organic Shopping'
  | 'Organic Social'
  | 'Organic Video'
  | 'Organic Search'
  | 'Referral'
  | 'Email'
  | 'Affiliates'
  | 'Audio'
  | 'SMS'
  | 'Mobile Push Notifications'

interface Rule {
  readonly group: ChannelGroup
  /** Must match, if given. */
  readonly medium?: RegExp
  /** One of these must hold, if given. */
  readonly anyOf?: { readonly kind?: SourceKind; readonly source?: RegExp; readonly medium?: RegExp; readonly campaign?: RegExp }
}

const paid = /cp|^ppc$|^retargeting$|^paid/
const shop = /(?:^|[^a-df-z])shop|shopping/
// Google knows no newsletter; where it is the usual word, leaving it out would lose most mails.
const email = /^e[-_ ]?mail$|^newsletter$/

export const channelRules: readonly Rule[] = [
  { group: 'Direct', medium: /^\((?:none|not set)\)$/, anyOf: { source: /^\(direct\)$/ } },
  { group: 'Cross-network', anyOf: { campaign: /cross-network/ } },
  { group: 'Paid Shopping', medium: paid, anyOf: { kind: 'shopping', campaign: shop } },
  { group: 'Paid Search', medium: paid, anyOf: { kind: 'search' } },
  { group: 'Paid Social', medium: paid, anyOf: { kind: 'social' } },
  { group: 'Paid Video', medium: paid, anyOf: { kind: 'video' } },
  { group: 'Display', medium: /^(?:display|banner|expandable|interstitial|cpm)$/ },
  { group: 'Paid Other', medium: paid },
  { group: 'Organic Shopping', anyOf: { kind: 'shopping', campaign: shop } },
  { group: 'Organic Social', anyOf: { kind: 'social', medium: /^(?:social|social[- ]network|social[- ]media|sm)$/ } },
  { group: 'Organic Video', anyOf: { kind: 'video', medium: /video/ } },
  { group: 'Organic Search', anyOf: { kind: 'search', medium: /^organic$/ } },
  { group: 'Referral', medium: /^(?:referral|app|link)$/ },
  { group: 'Email', anyOf: { source: email, medium: email } },
  { group: 'Affiliates', medium: /^affiliates?$/ },
  { group: 'Audio', medium: /^audio$/ },
  { group: 'SMS', anyOf: { source: /^sms$/, medium: /^sms$/ } },
  { group: 'Mobile Push Notifications', anyOf: { source: /^firebase$/, medium: /push$|mobile|notification/ } },
]

/** Where a link with a click id and without a named source or medium comes from. Facebook puts its id on every link, the others on ads only. */
const clickOrigins = {
  gclid: { source: 'google', medium: 'cpc' },
  msclkid: { source: 'bing', medium: 'cpc' },
  li_fat_id: { source: 'linkedin', medium: 'cpc' },
  ttclid: { source: 'tiktok', medium: 'cpc' },
  fbclid: { source: 'facebook', medium: 'referral' },
} as const

export interface Visit {
  readonly utm_source?: string | undefined
  readonly utm_medium?: string | undefined
  readonly utm_campaign?: string | undefined
  readonly referrer_host?: string | undefined
  readonly click_id_kind?: keyof typeof clickOrigins | undefined
}

interface Origin {
  readonly source: string
  readonly medium: string
  readonly campaign: string
  readonly kind: SourceKind | undefined
}

/**
 * The group of what happened in a visit. '' when its origin cannot be told: a campaign that no rule knows (Google says
 * "Unassigned") or a referrer that only leads back to the shop.
 */
export function channelGroup(visit: Visit, ignoredReferrers: ReadonlySet<string> = new Set()): ChannelGroup | '' {
  const origin = originOf(visit, ignoredReferrers)
  if (!origin) return ''
  return channelRules.find((rule) => matches(rule, origin))?.group ?? ''
}

const matches = ({ medium, anyOf }: Rule, origin: Origin) =>
  (!medium || medium.test(origin.medium)) &&
  (!anyOf ||
    (anyOf.kind !== undefined && anyOf.kind === origin.kind) ||
    (anyOf.source?.test(origin.source) ?? false) ||
    (anyOf.medium?.test(origin.medium) ?? false) ||
    (anyOf.campaign?.test(origin.campaign) ?? false))

const words = (text = '') => text.trim().toLowerCase()

/** Names on the link come first, then its click id, then the referrer. */
function originOf(visit: Visit, ignoredReferrers: ReadonlySet<string>): Origin | undefined {
  const [source, medium, campaign] = [words(visit.utm_source), words(visit.utm_medium), words(visit.utm_campaign)]
  const click = visit.click_id_kind && clickOrigins[visit.click_id_kind]
  const named = (name: string, itsMedium: string): Origin => ({ source: name, medium: itsMedium, campaign, kind: kindOfSource(name) })
  if (source || medium || campaign) return named(source || (click?.source ?? '(not set)'), medium || (click?.medium ?? '(not set)'))
  if (click) return named(click.source, click.medium)
  const host = words(visit.referrer_host)
  if (!host) return named('(direct)', '(none)')
  const from = named(host, 'referral')
  if (from.kind === 'payment' || isIgnored(host, ignoredReferrers)) return undefined
  return { ...from, medium: from.kind === 'search' ? 'organic' : from.kind === 'email' ? 'email' : 'referral' }
}

/** The host itself is listed or one that it lies below. */
function isIgnored(host: string, ignoredReferrers: ReadonlySet<string>): boolean {
  if (ignoredReferrers.size === 0) return false
  const labels = host.split('.')
  return labels.some((_, first) => ignoredReferrers.has(labels.slice(first).join('.')))
}

export interface Grouped extends Priced {
  readonly channelGroup: ChannelGroup | ''
}

export function createAssignChannelGroup(ignoredReferrers: readonly string[]) {
  const ignored = new Set(ignoredReferrers.map((host) => host.toLowerCase()))
  const groupOf = rememberVisits(remember((visit: Visit) => channelGroup(visit, ignored), visitKey))
  return function assignChannelGroup(priced: Priced): Outcome<Grouped> {
    const { event, day, time, money, lines } = priced
    return keep({ event, day, time, money, lines, channelGroup: isVisit(event) ? groupOf(event.context) : '' })
  }
}

/** Most visits come in one of a few dozen ways. A direct-mapped cache, its places found by lengths alone: comparing costs less than making a key. */
function rememberVisits<Value>(compute: (visit: Visit) => Value): (visit: Visit) => Value {
  const places = Array<{ readonly visit: Visit; readonly value: Value } | undefined>(256)
  return (visit) => {
    const place = placeOf(visit)
    const last = places[place]
    if (last && isSameVisit(last.visit, visit)) return last.value
    const value = compute(visit)
    places[place] = { visit, value }
    return value
  }
}

const placeOf = ({ utm_source, utm_medium, utm_campaign, referrer_host }: Visit) =>
  ((utm_source?.length ?? 0) + 7 * (utm_medium?.length ?? 0) + 31 * (utm_campaign?.length ?? 0) + 101 * (referrer_host?.length ?? 0)) % 256

const isSameVisit = (a: Visit, b: Visit) =>
  a.utm_source === b.utm_source &&
  a.utm_medium === b.utm_medium &&
  a.utm_campaign === b.utm_campaign &&
  a.referrer_host === b.referrer_host &&
  a.click_id_kind === b.click_id_kind

// A value with a line break in it meets no key of values without one: it has one break more.
const visitKey = (visit: Visit) =>
  `${visit.utm_source ?? ''}\n${visit.utm_medium ?? ''}\n${visit.utm_campaign ?? ''}\n${visit.referrer_host ?? ''}\n${visit.click_id_kind ?? ''}`

/** An order that a marketplace reports, or a webhook, has no visit: it must not count as Direct. */
function isVisit({ type, granted, session_key, context }: ConsentedEvent): boolean {
  if (!granted.includes('web_analytics')) return false
  if (session_key !== null || catalogue[type].purpose === 'web_analytics') return true
  return Boolean(context.utm_source || context.utm_medium || context.utm_campaign || context.referrer_host || context.click_id_kind)
}
