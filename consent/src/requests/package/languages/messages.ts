/** Everything that an access package says in words. A language that misses a sentence does not compile. */
import type {
  Annotation,
  Channel,
  CollectedEvent,
  DataCategory,
  Holding,
  IdentifierKind,
  LawfulBasis,
  PurposeId,
  RetentionClass,
  Zone,
} from '@kanalblick/stream'
import type { DecisionState, Mechanism } from '../../../record.ts'

export const languages = ['de', 'en'] as const
export type Language = (typeof languages)[number]

/** A name, and what stands behind it in half a sentence. */
export interface Term {
  readonly name: string
  readonly what: string
}

/** Counts, days and lists arrive as they are to be read. */
export interface Messages {
  readonly locale: string
  readonly languageName: string
  readonly title: string
  readonly law: string
  readonly contents: string

  readonly answer: {
    readonly title: string
    held(rows: string, one: boolean): string
    readonly heldRequestOnly: string
    readonly notHeld: string
    /** Which programs this is about, and which not. */
    readonly scope: string
    readonly where: string
    readonly request: string
    readonly receivedAt: string
    readonly generatedAt: string
    readonly controller: string
    readonly searchedFor: string
    readonly named: string
    readonly found: string
    readonly sharedDevice: string
  }
  entries(rows: string, one: boolean): string

  readonly section: Readonly<Record<SectionName, string>>
  readonly column: Readonly<
    Record<
      | 'category'
      | 'purpose'
      | 'purposeAndBasis'
      | 'what'
      | 'entries'
      | 'onErasure'
      | 'channel'
      | 'instance'
      | 'when'
      | 'decision'
      | 'recipient'
      | 'place'
      | 'why',
      string
    >
  >

  readonly data: { readonly lead: string; basis(basis: string): string; readonly undescribed: string }
  readonly category: Readonly<Record<DataCategory, Term>>
  readonly purpose: Readonly<Record<PurposeId, Term>>
  readonly basis: Readonly<Record<LawfulBasis, string>>

  readonly places: { readonly lead: string; kept(period: string): string; files(json: string, csv: string): string; readonly changed: string }
  readonly zone: Readonly<Record<Zone, string>>
  /** Stores by the name that the data map gives them. */
  readonly store: Readonly<Record<string, string>>
  /** What holdings are, by their word. */
  readonly holding: Readonly<Record<string, string>>
  onErasure(holding: Holding, until: string | undefined): string
  readonly erasure: Readonly<Record<Annotation['erasure'], string>>
  readonly retention: Readonly<Record<RetentionClass, string>>
  atMost(period: string): string
  /** Of what no period ends. */
  readonly lasting: string
  days(days: string): string
  /** Why something is kept, or why a store holds nobody: a word of the data map. */
  readonly reason: Readonly<Record<string, string>>

  readonly sources: { readonly lead: string; readonly none: string }
  readonly channel: Readonly<Record<Channel, string>>
  readonly collector: Readonly<Record<CollectedEvent['collector'], string>>

  readonly recipients: {
    readonly lead: string
    readonly none: string
    readonly unknown: string
    readonly thirdCountry: string
    safeguard(words: string): string
    readonly noSafeguard: string
  }
  readonly pseudonyms: readonly string[]
  readonly consent: { readonly lead: string; readonly none: string; latest(listed: string, all: string): string; readonly since: string }
  readonly decision: Readonly<Record<DecisionState, string>>
  readonly mechanism: Readonly<Record<Mechanism, string>>
  readonly automated: string

  readonly rights: { readonly lead: string; readonly list: readonly Term[]; how(contact: string, request: string): string; readonly free: string }
  /** Whom to write to when the operator has not said. */
  readonly unknownContact: string
  readonly unknownController: string
  complaint(authority: string | undefined): string
  readonly nothing: { readonly lead: string; readonly searched: string }
  readonly missing: readonly string[]
  readonly files: { readonly lead: string; readonly list: readonly Term[] }
  readonly identifier: Readonly<Record<IdentifierKind, string>>
}

/** In their order on the page. */
export const sectionNames = [
  'data',
  'places',
  'sources',
  'recipients',
  'consent',
  'pseudonyms',
  'automated',
  'rights',
  'complaint',
  'nothing',
  'missing',
  'files',
] as const
export type SectionName = (typeof sectionNames)[number]

/** What a language has no word for says its own word. */
export const word = (words: Readonly<Record<string, string>>, key: string): string => (Object.hasOwn(words, key) ? (words[key] ?? key) : key)
