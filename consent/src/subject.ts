/**
 * How a person is named inside zone identity (a subject reference) and outside of it (a pseudonym, another one for each purpose).
 *
 *   subject reference   v1:<32 hex>             HMAC of kind and canonical identifier: indexes ledger, vault and suppression list
 *   pseudonym           v1:<purpose>:<32 hex>   purpose is web, ads or profile; random for customers, for guests and devices HMAC of
 *                                               epoch and subject reference: whoever has the reference finds them without the identifier
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

export function strongest<S extends Subject>(subjects: readonly S[]): S | undefined {
  let best = subjects[0]
  for (const subject of subjects) if (best && strength.indexOf(subject.kind) < strength.indexOf(best.kind)) best = subject
  return best
}

export type SubjectOf = (identifier: Identifier) => Subject

export function createSubjectOf(keyring: Pick<Keyring, 'mac'>, config: ConsentConfig): SubjectOf {
  return (identifier) => {
    const text = canonical(identifier, config)
    return { kind: identifier.kind, canonical: text, ref: `v1:${keyring.mac('subject-ref', identifier.kind, text)}` }
  }
}

const dayMs = 86_400_000

type EpochConfig = Pick<ConsentConfig, 'pseudonymEpochDays'>

const epochOf = (time: string, { pseudonymEpochDays }: EpochConfig) => Math.floor(Date.parse(time) / (pseudonymEpochDays * dayMs))

/** The same, for many events of a few days: epochs begin with a day in UTC, so neighbours mostly share the last one's. */
function createEpochOf(config: EpochConfig): (time: string) => number {
  let day: string | undefined
  let epoch = 0
  return (time) => {
    if (day !== undefined && time.startsWith(day) && time.endsWith('Z')) return epoch
    epoch = epochOf(time, config)
    day = new Date(time).toISOString().slice(0, 'yyyy-MM-ddT'.length)
    return epoch
  }
}

const derive = (keyring: Pick<Keyring, 'mac'>, purpose: PseudonymPurpose, epoch: number, ref: string) =>
  `v1:${pseudonymPurposes[purpose]}:${keyring.mac(`pseudonym/${purpose}`, String(epoch), ref)}`

/** What a guest or device was called last, for each purpose. */
export type LastPseudonyms = { [Purpose in PseudonymPurpose]?: { readonly epoch: number; readonly pseudonym: string } }

/** Guests and devices: the same person within one epoch, never across purposes. A subject that keeps its last pseudonyms is asked for them first. */
export function createPseudonymOf(keyring: Pick<Keyring, 'mac'>, config: EpochConfig) {
  const lastEpochOf = createEpochOf(config)
  return (purpose: PseudonymPurpose, { ref, last }: Pick<Subject, 'ref'> & { readonly last?: LastPseudonyms }, time: string): string => {
    const epoch = lastEpochOf(time)
    const before = last?.[purpose]
    if (before?.epoch === epoch) return before.pseudonym
    const pseudonym = derive(keyring, purpose, epoch, ref)
    if (last) last[purpose] = { epoch, pseudonym }
    return pseudonym
  }
}

/** Every pseudonym that a guest or device had, for any purpose, in the epochs that the period touches. Times are ISO 8601; both ends count. */
export function pseudonymsOf(keyring: Pick<Keyring, 'mac'>, config: EpochConfig) {
  const purposes = Object.keys(pseudonymPurposes) as PseudonymPurpose[]
  return (ref: string, fromTime: string, toTime: string): string[] => {
    const pseudonyms: string[] = []
    for (let epoch = epochOf(fromTime, config); epoch <= epochOf(toTime, config); epoch++) {
      for (const purpose of purposes) pseudonyms.push(derive(keyring, purpose, epoch, ref))
    }
    return pseudonyms
  }
}
