/** What an event says about a person's choices: a signal that travelled with it, or the event itself. */
import { type CollectedEvent, catalogue, type DataOf, type PurposeId, purposeIds, purposes } from '@kanalblick/stream'
import type { StatedRecord } from '../ledger.ts'
import type { Decision, Mechanism } from '../record.ts'
import type { Subject } from '../subject.ts'
import { isDecidable, type OwnChoices } from './policy.ts'

/** What Global Privacy Control refuses when the collector does not say more. */
const refusedByGpc: readonly PurposeId[] = ['ad_measurement', 'personalisation', 'platform_sharing']

/** The choices of the signal. GPC can only refuse. */
export function ownChoices({ consent }: CollectedEvent): OwnChoices | undefined {
  if (!consent) return undefined
  const { purposes: stated, origin } = consent
  const choices = new Map<PurposeId, boolean>()
  for (const purpose in stated) {
    const granted = stated[purpose as PurposeId]
    if (granted !== undefined && !(granted && origin === 'gpc')) choices.set(purpose as PurposeId, granted)
  }
  if (origin === 'gpc') for (const purpose of refusedByGpc) choices.set(purpose, false)
  return choices
}

/** One source's say within an event. Whether it changes anything is for the ledger to know. */
export type Statement = Pick<StatedRecord, 'decisions' | 'mechanism' | 'origin' | 'notice'>

export function statementsOf(event: CollectedEvent, own: OwnChoices | undefined): Statement[] {
  if (event.malformed !== undefined) return []
  const statements: Statement[] = []
  const ofSignal = own && signal(event, own)
  if (ofSignal) statements.push(ofSignal)
  const ofType = event.type === 'consent_recorded' ? recorded(event) : event.type === 'newsletter_status_changed' ? unsubscribed(event) : undefined
  if (ofType) statements.push(ofType)
  return statements
}

export function toRecord(statement: Statement, { ref, kind }: Subject, event: CollectedEvent): StatedRecord {
  const times = { eventTime: utc(event.time), receivedTime: utc(event.received_at) }
  return { ...statement, ...times, subjectRef: ref, subjectRefKind: kind, jurisdiction: '', language: '' }
}

function signal({ consent }: CollectedEvent, own: OwnChoices): Statement | undefined {
  if (!consent) return undefined
  const mechanism: Mechanism = consent.origin === 'gpc' ? 'browser_signal' : 'api_import'
  return { decisions: decisionsFrom(own), mechanism, origin: consent.origin, notice: { version: '' } }
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
