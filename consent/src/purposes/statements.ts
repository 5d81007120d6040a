/** What an event says about a person's choices: a signal that travelled with it, or the event itself. */
import { type CollectedEvent, catalogue, type DataOf, type PurposeId, purposes } from '@kanalblick/stream'
import type { StatedRecord } from '../ledger.ts'
import type { Decision, Mechanism } from '../record.ts'
import type { Subject } from '../subject.ts'
import { isDecidable, type OwnChoices } from './policy.ts'

/** What Global Privacy Control refuses when the collector does not say more. */
const refusedByGpc: readonly PurposeId[] = ['ad_measurement', 'personalisation', 'platform_sharing']

/** The choices of the signal. GPC can only refuse. */
export function ownChoices({ consent }: CollectedEvent): OwnChoices | undefined {
  if (!consent) return undefined
  const choices = new Map(Object.entries(consent.purposes) as [PurposeId, boolean][])
  if (consent.origin !== 'gpc') return choices
  for (const [purpose, granted] of choices) if (granted) choices.delete(purpose)
  for (const purpose of refusedByGpc) choices.set(purpose, false)
  return choices
}

/** One source's say within an event. Whether it changes anything is for the ledger to know. */
export type Statement = Pick<StatedRecord, 'decisions' | 'mechanism' | 'origin' | 'notice'>

export function statementsOf(event: CollectedEvent, own: OwnChoices | undefined): Statement[] {
  if (event.malformed !== undefined) return []
  return [signal(event, own), recorded(event), unsubscribed(event)].filter((statement) => statement !== undefined)
}

export function toRecord(statement: Statement, { ref, kind }: Subject, event: CollectedEvent): StatedRecord {
  const times = { eventTime: utc(event.time), receivedTime: utc(event.received_at) }
  return { ...statement, ...times, subjectRef: ref, subjectRefKind: kind, jurisdiction: '', language: '' }
}

function signal({ consent }: CollectedEvent, own: OwnChoices | undefined): Statement | undefined {
  if (!consent || !own) return undefined
  const mechanism: Mechanism = consent.origin === 'gpc' ? 'browser_signal' : 'api_import'
  return { decisions: decisionsFrom(own), mechanism, origin: consent.origin, notice: { version: '' } }
}

function recorded(event: CollectedEvent): Statement | undefined {
  if (event.type !== 'consent_recorded') return undefined
  const parsed = catalogue.consent_recorded.data.safeParse(event.data)
  if (!parsed.success) return undefined
  const { purposes, notice_version, mechanism } = parsed.data as DataOf<'consent_recorded'>
  const choices = Object.entries(purposes) as [PurposeId, boolean][]
  return { decisions: decisionsFrom(choices), mechanism, origin: 'consent_recorded', notice: { version: notice_version ?? '' } }
}

/** Whoever leaves the newsletter withdraws. Joining it proves nothing yet: that takes a recorded consent. */
function unsubscribed(event: CollectedEvent): Statement | undefined {
  if (event.type !== 'newsletter_status_changed' || event.data['status'] !== 'unsubscribed') return undefined
  const decisions = [{ purpose: 'direct_marketing', state: 'withdrawn', basis: purposes.direct_marketing.basis }] as const
  return { decisions, mechanism: 'api_import', origin: 'newsletter', notice: { version: '' } }
}

const decisionsFrom = (choices: Iterable<[PurposeId, boolean]>): Decision[] =>
  Array.from(choices)
    .filter(([purpose]) => isDecidable(purpose))
    .map(([purpose, granted]) => {
      const { basis } = purposes[purpose]
      return { purpose, basis, state: granted ? 'granted' : basis === '6-1-f' ? 'objected' : 'denied' }
    })

/** Times are compared as texts. */
export const utc = (time: string): string => (time.length === 24 && time.endsWith('Z') ? time : new Date(time).toISOString())
