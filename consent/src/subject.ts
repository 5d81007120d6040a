/**
 * How a person is named inside zone identity (a subject reference) and outside of it (a pseudonym, another one for each purpose).
 *
 *   subject reference   v1:<32 hex>             HMAC of kind and canonical identifier: indexes ledger, vault and suppression list
 *   pseudonym           v1:<purpose>:<32 hex>   purpose is web, ads or profile; random for customers, HMAC for guests and devices
 *   session, order key  v1:<32 hex>             HMAC of channel instance and native id
 *
 * `v1` names the generation of keys. Zone analytics cannot tell the two sorts of pseudonym apart.
 */
import { type Identifier, type IdentifierKind, identifierKinds, type PurposeId } from '@kanalblick/stream'
import { canonical } from './canonical.ts'
import type { ConsentConfig } from './config.ts'
import type { Keyring } from './keyring.ts'

/** The purposes with a pseudonym, and how it calls them. */
export const pseudonymPurposes = { web_analytics: 'web', ad_measurement: 'ads', personalisation: 'profile' } as const satisfies Partial<
  Record<PurposeId, string>
>
export type PseudonymPurpose = keyof typeof pseudonymPurposes
export const isPseudonymPurpose = (purpose: PurposeId): purpose is PseudonymPurpose => Object.hasOwn(pseudonymPurposes, purpose)

export interface Subject {
  readonly kind: IdentifierKind
  /** Personal: stays in zone identity's memory. */
  readonly canonical: string
  readonly ref: string
}

/** Strongest first: whom an event with several identifiers is about. */
const strength: readonly IdentifierKind[] = ['customer', 'email', 'phone', 'marketplace_buyer', 'device'] satisfies (typeof identifierKinds)[number][]

export const strongest = (subjects: readonly Subject[]): Subject | undefined =>
  subjects.toSorted((a, b) => strength.indexOf(a.kind) - strength.indexOf(b.kind))[0]

export type SubjectOf = (identifier: Identifier) => Subject

export function createSubjectOf(keyring: Pick<Keyring, 'mac'>, config: ConsentConfig): SubjectOf {
  return (identifier) => {
    const text = canonical(identifier, config)
    return { kind: identifier.kind, canonical: text, ref: `v1:${keyring.mac('subject-ref', identifier.kind, text)}` }
  }
}

const dayMs = 86_400_000

/** Guests and devices: the same person within one epoch, never across purposes. Remembers what it gave out: make one per batch. */
export function createPseudonymOf(keyring: Pick<Keyring, 'mac'>, { pseudonymEpochDays }: Pick<ConsentConfig, 'pseudonymEpochDays'>) {
  const known = new Map<string, string>()
  return (purpose: PseudonymPurpose, { kind, canonical, ref }: Subject, time: string): string => {
    const epoch = String(Math.floor(Date.parse(time) / (pseudonymEpochDays * dayMs)))
    const place = `${purpose} ${epoch} ${ref}`
    const before = known.get(place)
    if (before) return before
    const pseudonym = `v1:${pseudonymPurposes[purpose]}:${keyring.mac(`pseudonym/${purpose}`, epoch, kind, canonical)}`
    known.set(place, pseudonym)
    return pseudonym
  }
}
