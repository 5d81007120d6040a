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

const isRefusal = (state: DecisionState) => state === 'denied' || state === 'withdrawn' || state === 'objected'

/** A policy as of one moment: consents expire. */
export function createPolicy({ deviceConsentMonths }: Pick<ConsentConfig, 'deviceConsentMonths'>, now: Date): Policy {
  const expiry = monthsBefore(now, deviceConsentMonths)
  const isGranted = (purpose: PurposeId, { state, receivedAt }: CurrentDecision) =>
    state === 'granted' && !(purposes[purpose].deviceAccess && receivedAt <= expiry)

  /** Bits of the purposes that these decisions allow or refuse by themselves. */
  function said(decisions: readonly DecisionsByPurpose[], own: OwnChoices | undefined) {
    let granted = 0
    let refused = 0
    for (const ofIdentifier of decisions) {
      ofIdentifier.forEach((decision, purpose) => {
        if (isRefusal(decision.state)) refused |= bitOf[purpose]
        else if (isGranted(purpose, decision)) granted |= bitOf[purpose]
      })
    }
    own?.forEach((choice, purpose) => {
      if (!choice) refused |= bitOf[purpose]
      else if (decisions.length === 0) granted |= bitOf[purpose]
    })
    return { granted, refused }
  }

  return {
    permissions(decisions, own) {
      const { granted, refused } = said(decisions, own)
      return permissionsOf((granted | withoutBeingAsked) & ~refused)
    },
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

const bitOf = Object.fromEntries(purposeIds.map((purpose, n) => [purpose, 1 << n])) as Readonly<Record<PurposeId, number>>
const bitsOf = (purposes: readonly PurposeId[]) => purposes.reduce((bits, purpose) => bits | bitOf[purpose], 0)
/** What is allowed until somebody objects. */
const withoutBeingAsked = bitsOf(purposeIds.filter((purpose) => !consentBased(purpose)))

const known = new Map<number, Permissions>()

/** There are few combinations, and what follows from one is worth keeping. */
function permissionsOf(bits: number): Permissions {
  const same = known.get(bits)
  if (same) return same
  const allowed = new Set(purposeIds.filter((purpose) => !isDecidable(purpose) || (bits & bitOf[purpose]) !== 0))
  const permissions = { allows: (purpose: PurposeId) => allowed.has(purpose), granted: [...allowed].filter(consentBased) }
  known.set(bits, permissions)
  return permissions
}

/** For somebody who asked for erasure: what needs nobody's consent. */
export const withoutConsent: Permissions = permissionsOf(withoutBeingAsked)

function monthsBefore(now: Date, months: number): string {
  const date = new Date(now)
  date.setUTCMonth(date.getUTCMonth() - months)
  return date.toISOString()
}
