/** What an event says about a person's choices: a signal that travelled with it, or the event itself. */
import { type CollectedEvent, catalogue, type DataOf, type PurposeId, purposeIds, purposes } from '@kanalblick/stream'
import type { StatedRecord } from '../ledger.ts'
import type { Decision, Mechanism } from '../record.ts'
import type { Subject } from '../subject.ts'
import { isDecidable, type OwnChoices } from './policy.ts'

/** What Global Privacy Control refuses when the collector does not say more. */
const refusedByGpc: readonly PurposeId[] = ['ad_measurement', 'personalisation', 'platform_sharing']

/** One source's say within an event. Whether it changes anything is for the ledger to know. */
export type Statement = Pick<StatedRecord, 'decisions' | 'mechanism' | 'origin' | 'notice'>

/** A signal that travelled with events. */
export interface Signal {
  readonly choices: OwnChoices
  /** None but the signal's own. */
  readonly statements: readonly Statement[]
}

/** Equal signals are the same object, as long as there are not too many kinds of them: most events of an hour say one of a few things. */
const known = new Map<number, Signal>()
const mostKnown = 1000

export function signalOf({ consent }: CollectedEvent): Signal | undefined {
  if (!consent) return undefined
  const key = keyOf(consent)
  const before = known.get(key)
  if (before) return before
  if (known.size === mostKnown) known.clear()
  const signal = toSignal(consent)
  known.set(key, signal)
  return signal
}

type Consent = NonNullable<CollectedEvent['consent']>

/** A digit for each purpose and one for the origin: 3^10 * 3. */
function keyOf({ purposes: stated, origin }: Consent): number {
  let key = places[origin]
  for (const purpose in stated) {
    const granted = stated[purpose as PurposeId]
    if (granted !== undefined) key += places[purpose as PurposeId] * (granted ? 2 : 1)
  }
  return key
}
const origins: readonly Consent['origin'][] = ['segment_context', 'gpc', 'event']
const places = Object.fromEntries([...purposeIds.map((purpose, n) => [purpose, 3 ** (n + 1)]), ...origins.map((origin, n) => [origin, n])]) as Readonly<
  Record<PurposeId | Consent['origin'], number>
>

/** GPC can only refuse. */
function toSignal({ purposes: stated, origin }: Consent): Signal {
  const choices = new Map<PurposeId, boolean>()
  for (const purpose of purposeIds) {
    const granted = stated[purpose]
    if (granted !== undefined && !(granted && origin === 'gpc')) choices.set(purpose, granted)
  }
  if (origin === 'gpc') for (const purpose of refusedByGpc) choices.set(purpose, false)
  const mechanism: Mechanism = origin === 'gpc' ? 'browser_signal' : 'api_import'
  return { choices, statements: [{ decisions: decisionsFrom(choices), mechanism, origin, notice: { version: '' } }] }
}

const nothing: readonly Statement[] = []

export function statementsOf(event: CollectedEvent, signal: Signal | undefined): readonly Statement[] {
  if (event.malformed !== undefined) return nothing
  const ofSignal = signal?.statements ?? nothing
  const ofType = event.type === 'consent_recorded' ? recorded(event) : event.type === 'newsletter_status_changed' ? unsubscribed(event) : undefined
  return ofType ? [...ofSignal, ofType] : ofSignal
}

export function toRecord(statement: Statement, { ref, kind }: Subject, event: CollectedEvent): StatedRecord {
  const times = { eventTime: utc(event.time), receivedTime: utc(event.received_at) }
  return { ...statement, ...times, subjectRef: ref, subjectRefKind: kind, jurisdiction: '', language: '' }
}

function recorded(event: CollectedEvent): Statement | undefined {
  const parsed = catalogue.consent_recorded.data.safeParse(event.data)
  if (!parsed.success) return undefined
  const { purposes, notice_version, mechanism } = parsed.data as DataOf<'consent_recorded'>
  const choices = Object.entries(purposes) as [PurposeId, boolean][]
  return { decisions: decisionsFrom(choices), mechanism, origin: 'consent_recorded', notice: { version: notice_version ?? '' } }
}

/** Whoever leaves the newsletter withdraws. Joining it proves nothing yet: that takes a recorded consent. */
function unsubscribed(event: CollectedEvent): Statement | undefined {
  if (event.data['status'] !== 'unsubscribed') return undefined
  const decisions = [{ purpose: 'direct_marketing', state: 'withdrawn', basis: purposes.direct_marketing.basis }] as const
  return { decisions, mechanism: 'api_import', origin: 'newsletter', notice: { version: '' } }
}

function decisionsFrom(choices: Iterable<[PurposeId, boolean]>): Decision[] {
  const decisions: Decision[] = []
  for (const [purpose, granted] of choices) if (isDecidable(purpose)) decisions.push(granted ? grants[purpose] : refusals[purpose])
  return decisions
}

const decisionsIn = (stateOf: (purpose: PurposeId) => Decision['state']) =>
  Object.fromEntries(purposeIds.map((purpose) => [purpose, { purpose, basis: purposes[purpose].basis, state: stateOf(purpose) }])) as Readonly<
    Record<PurposeId, Decision>
  >
const grants = decisionsIn(() => 'granted')
const refusals = decisionsIn((purpose) => (purposes[purpose].basis === '6-1-f' ? 'objected' : 'denied'))

/** Times are compared as texts. */
export const utc = (time: string): string => (time.length === 24 && time.endsWith('Z') ? time : new Date(time).toISOString())
