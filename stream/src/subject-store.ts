/**
 * What the rights of one person ask of every store that may hold something of them. Each store of the data map that holds persons has one
 * of these; access and erasure go through all of them and know none.
 */

/** How one person is named in the stores. Keyed, but personal: never in logs, errors or metrics. */
export interface SubjectKeys {
  /** Subject references: zone identity only. */
  readonly refs: readonly string[]
  /** Of all purposes and epochs. */
  readonly pseudonyms: readonly string[]
  readonly orderKeys: readonly string[]
  /** Of sessions that rows of the person were found in. Rows of somebody else may carry them too. */
  readonly sessionKeys: readonly string[]
}

/** A row as it is stored, by field; values are JSON. */
export type SubjectRow = Readonly<Record<string, unknown>>

/** What a store holds of a person, and what an erasure does with it. */
export interface Holding {
  /** What the rows are, in a word of the store: `behaviour`, `books`, `decisions` ... */
  readonly what: string
  readonly rows: number
  /**
   * - delete   the rows go
   * - mask     the rows stay, and say nothing of a person any more
   * - expire   the rows cannot be changed where they lie; nothing reads the person from them again, and they are gone by `until`
   * - keep     the rows stay as they are, for the reason given
   */
  readonly onErasure: 'delete' | 'mask' | 'expire' | 'keep'
  /** Why rows are kept. */
  readonly reason?: string
  /** ISO 8601: when rows that expire are gone. */
  readonly until?: string
}

export interface SubjectStore {
  /** As the data map calls it. */
  readonly name: string
  /** Changes nothing. Without rows: none. */
  holdings(keys: SubjectKeys): Promise<readonly Holding[]>
  /** Every row of the person, as it stands; in an order that is the same every time. */
  rows(keys: SubjectKeys): AsyncIterable<SubjectRow>
  /**
   * Resolves once the person is gone from the store, down to the bytes where the store can do that. Done again, it changes nothing; cut off
   * at any point, doing it again completes it.
   */
  erase(keys: SubjectKeys): Promise<void>
  /** In how many places the person can still be read: 0 after `erase`. Looks at what is stored, not at what was done; rows that are kept or expire do not count. */
  remaining(keys: SubjectKeys): Promise<number>
}
