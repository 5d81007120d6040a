/** A consent record: who decided what, when, and on which notice. After ISO/IEC TS 27560, as far as it exists here. */
import type { IdentifierKind, LawfulBasis, PurposeId } from '@kanalblick/stream'

export const decisionStates = ['granted', 'denied', 'withdrawn', 'objected', 'expired'] as const
export type DecisionState = (typeof decisionStates)[number]

/** How the choice was made. There is no word for a ticked box that nobody ticked, nor for scrolling on. */
export const mechanisms = ['click_accept', 'click_reject', 'toggle_save', 'double_opt_in', 'paper', 'voice', 'api_import', 'browser_signal'] as const
export type Mechanism = (typeof mechanisms)[number]

export interface Decision {
  readonly purpose: PurposeId
  readonly state: DecisionState
  readonly basis: LawfulBasis
}

export interface Notice {
  /** '' when the source does not say. */
  readonly version: string
  readonly sha256?: string | undefined
  readonly uri?: string | undefined
}

/** The part of a record that names nobody. */
export interface Facts {
  readonly schema_version: 'cr-1'
  readonly decisions: readonly Decision[]
  readonly notice: Notice
  readonly mechanism: Mechanism
  /** What brought the decision in: `api`, `consent_recorded`, `gpc` ... */
  readonly origin: string
  /** Rule set: DE, AT, CH, EU; '' when the source does not say. */
  readonly jurisdiction: string
  /** BCP 47, of the text shown; '' when the source does not say. */
  readonly language: string
}

export interface NewConsentRecord extends Omit<Facts, 'schema_version'> {
  readonly subjectRef: string
  readonly subjectRefKind: IdentifierKind
  /** When the person decided, as the source says. */
  readonly eventTime: string
  /** When we learned of it; the ledger's clock when absent. */
  readonly receivedTime?: string
}

export interface Receipt {
  readonly record_id: string
  readonly hash: string
  readonly sequence: number
}

/** The latest decision of a subject on a purpose. */
export interface CurrentDecision {
  readonly state: DecisionState
  readonly sequence: number
  readonly receivedAt: string
}
export type DecisionsByPurpose = ReadonlyMap<PurposeId, CurrentDecision>
export type CurrentDecisions = ReadonlyMap<string, DecisionsByPurpose>
