/** Names of persons, sessions and orders as they leave zone identity, remembered from batch to batch: they are the same every time. */
import type { Identifier, IdentifierKind } from '@kanalblick/stream'
import type { ConsentConfig } from './config.ts'
import type { Keyring } from './keyring.ts'
import { createRecent, type Recent } from './recent.ts'
import { plain } from './scrub/scrub.ts'
import { createPseudonymOf, createSubjectOf, type LastPseudonyms, type PseudonymPurpose, type Subject } from './subject.ts'
import { createTokens } from './suppression.ts'

/** More persons or sessions than are about within minutes; with some hundred bytes each, a few tens of megabytes at most. */
const remembered = 50_000

export interface KnownSubject extends Subject {
  /** What a text that mentions the subject would hold, see `plain`. */
  readonly mentions: readonly string[]
  readonly last: LastPseudonyms
}

export interface Names {
  readonly subjectOf: (identifier: Identifier) => KnownSubject
  readonly pseudonymOf: (purpose: PseudonymPurpose, subject: Pick<KnownSubject, 'ref' | 'last'>, time: string) => string
  /** `null` without an id. */
  readonly sessionKey: KeyOfId
  readonly orderKey: KeyOfId
  /** Stand for an order, a session on the suppression list. */
  readonly orderToken: (orderKey: string) => string
  readonly sessionToken: (sessionKey: string) => string
}
type KeyOfId = (channelInstance: string, id: unknown) => string | null

export function createNames(keyring: Pick<Keyring, 'mac'>, config: ConsentConfig): Names {
  return {
    subjectOf: createKnownSubjectOf(keyring, config),
    pseudonymOf: createPseudonymOf(keyring, config),
    sessionKey: createKeyOfId(keyring, 'session-key'),
    orderKey: createKeyOfId(keyring, 'order-key'),
    ...createTokens(keyring),
  }
}

function createKnownSubjectOf(keyring: Pick<Keyring, 'mac'>, config: ConsentConfig): Names['subjectOf'] {
  const subjectOf = createSubjectOf(keyring, config)
  const kinds = new Map<IdentifierKind, Recent<KnownSubject>>()
  return (identifier) => {
    const known = recentOf(kinds, identifier.kind)
    const before = known.get(identifier.value)
    if (before) return before
    const { kind, canonical, ref } = subjectOf(identifier)
    const subject = { kind, canonical, ref, mentions: mentionsOf(kind, canonical), last: {} }
    known.set(identifier.value, subject)
    return subject
  }
}

function mentionsOf(kind: IdentifierKind, canonical: string): string[] {
  if (kind === 'phone') return [canonical.replace(/\D/g, '').slice(-9)]
  if (kind === 'email' && canonical.includes('+')) return [plain(canonical), plain(canonical.replace(/\+[^@]*/, ''))]
  return [plain(canonical)]
}

/** The events of a session come one after the other. */
function createKeyOfId(keyring: Pick<Keyring, 'mac'>, use: 'session-key' | 'order-key'): KeyOfId {
  const instances = new Map<string, Recent<string>>()
  return (channelInstance, id) => {
    if (typeof id !== 'string') return null
    const known = recentOf(instances, channelInstance)
    const before = known.get(id)
    if (before) return before
    const key = `v1:${keyring.mac(use, channelInstance, id)}`
    known.set(id, key)
    return key
  }
}

/** There are a few kinds and channel instances, as the merchant configured them. */
function recentOf<Key, Value extends object | string>(all: Map<Key, Recent<Value>>, key: Key): Recent<Value> {
  const known = all.get(key)
  if (known) return known
  const recent = createRecent<Value>(remembered)
  all.set(key, recent)
  return recent
}
