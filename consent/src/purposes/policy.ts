/**
 * What the recorded decisions allow. Fail-closed: consent is needed where the purpose's basis is consent, unknown counts as no, and of
 * a person's several identifiers a refusal under any of them counts for all.
 */
import { type PurposeId, purposeIds, purposes } from '@kanalblick/stream'
import type { ConsentConfig } from '../config.ts'
import type { EffectOf } from '../ledger.ts'
import type { CurrentDecision, DecisionState, DecisionsByPurpose } from '../record.ts'

/** Equal permissions are the same object. */
export interface Permissions {
  readonly allows: (purpose: PurposeId) => boolean
  /** The consent-based purposes among them. */
  readonly granted: readonly PurposeId[]
}

export interface Policy {
  /** What is allowed for a person with these decisions, one map per identifier, and with these refusals in the event itself. */
  readonly permissions: (decisions: readonly DecisionsByPurpose[], own?: OwnChoices) => Permissions
  readonly effectOf: EffectOf
}

/** Choices that came with the event. A grant counts by itself only where there is nobody to record it for. */
export type OwnChoices = ReadonlyMap<PurposeId, boolean>

const consentBased = (purpose: PurposeId) => purposes[purpose].basis === '6-1-a'
/** Purposes that a person decides about; the others rest on contract or law. */
export const isDecidable = (purpose: PurposeId): boolean => consentBased(purpose) || purposes[purpose].basis === '6-1-f'
const decidable = purposeIds.filter(isDecidable)

const isRefusal = (state: DecisionState) => state === 'denied' || state === 'withdrawn' || state === 'objected'

/** A policy as of one moment: consents expire. */
export function createPolicy({ deviceConsentMonths }: Pick<ConsentConfig, 'deviceConsentMonths'>, now: Date): Policy {
  const expiry = monthsBefore(now, deviceConsentMonths)
  const isGranted = (purpose: PurposeId, { state, receivedAt }: CurrentDecision) =>
    state === 'granted' && !(purposes[purpose].deviceAccess && receivedAt <= expiry)

  function allowed(purpose: PurposeId, decisions: readonly DecisionsByPurpose[], own: OwnChoices | undefined): boolean {
    if (own?.get(purpose) === false) return false
    let granted = decisions.length === 0 && own?.get(purpose) === true
    for (const ofIdentifier of decisions) {
      const decision = ofIdentifier.get(purpose)
      if (!decision) continue
      if (isRefusal(decision.state)) return false
      granted ||= isGranted(purpose, decision)
    }
    return granted || !consentBased(purpose)
  }

  return {
    permissions: (decisions, own) => permissionsFor(decidable.filter((purpose) => allowed(purpose, decisions, own))),
    effectOf(current, decision, receivedTime) {
      if (decision.state === 'granted') {
        if (current && isGranted(decision.purpose, current)) return undefined
        // At the same instant the refusal wins.
        return current && isRefusal(current.state) && receivedTime <= current.receivedAt ? undefined : decision
      }
      if (current && (isRefusal(current.state) || receivedTime < current.receivedAt)) return undefined
      return current?.state === 'granted' && decision.state === 'denied' ? { ...decision, state: 'withdrawn' } : decision
    },
  }
}

const known = new Map<string, Permissions>()

/** There are few combinations, and what follows from one is worth keeping. */
function permissionsFor(allowed: readonly PurposeId[]): Permissions {
  const key = allowed.join()
  const same = known.get(key)
  if (same) return same
  const set = new Set<PurposeId>(allowed)
  const permissions = { allows: (purpose: PurposeId) => set.has(purpose) || !isDecidable(purpose), granted: allowed.filter(consentBased) }
  known.set(key, permissions)
  return permissions
}

/** For somebody who asked for erasure: what needs nobody's consent. */
export const withoutConsent: Permissions = permissionsFor(decidable.filter((purpose) => !consentBased(purpose)))

function monthsBefore(now: Date, months: number): string {
  const date = new Date(now)
  date.setUTCMonth(date.getUTCMonth() - months)
  return date.toISOString()
}
