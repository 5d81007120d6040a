/** What an access package is made from. Everything comes in as arguments: nothing here reads a store, a clock or a setting. */
import type { Annotation, Holding, IdentifierKind, SubjectRow, Zone } from '@kanalblick/stream'

export interface AccessPackage {
  readonly request: AccessRequest
  /** `undefined`: the operator has not said who is responsible. The package then says where to ask; the caller warns. */
  readonly controller: Controller | undefined
  readonly identifiers: readonly CoveredIdentifier[]
  /** One per table or topic of the data map that holds persons, also those that hold nothing of this one. */
  readonly stores: readonly PackageStore[]
  /** Of the data map, that hold nobody. */
  readonly otherStores: readonly OtherStore[]
  /** IANA name: in which times are told. UTC without. */
  readonly timeZone?: string
}

/** Times are ISO 8601 in UTC. */
export interface AccessRequest {
  readonly id: string
  readonly receivedAt: string
  readonly generatedAt: string
}

export interface Controller {
  readonly name: string
  readonly address?: string | undefined
  /** Where to write: an e-mail address or a postal one. */
  readonly contact: string
  readonly supervisoryAuthority?: string | undefined
  readonly recipients: readonly Recipient[]
}

export interface Recipient {
  readonly name: string
  /** ISO 3166-1 alpha-2, or a name. */
  readonly country: string
  /** A purpose's id, or words. */
  readonly purpose: string
  /** Art. 15(2): what protects the data in a third country. */
  readonly safeguard?: string | undefined
}

/** Which identifiers the answer covers; their values are in nothing of the package but the rows. */
export interface CoveredIdentifier {
  readonly kind: IdentifierKind
  /** By the person; otherwise found with what they named. */
  readonly named: boolean
}

export interface PackageStore {
  /** As the data map calls it. */
  readonly store: string
  readonly zone: Zone
  readonly fields: readonly { readonly name: string; readonly annotation: Annotation }[]
  /** Read twice, once for each format: the files of a zip come one after the other, and a million rows must not wait for the second. */
  readonly rows: () => AsyncIterable<SubjectRow>
  readonly holdings: readonly Holding[]
}

export interface OtherStore {
  readonly store: string
  /** A word of `Messages.reason`, or a sentence. */
  readonly reason: string
}
