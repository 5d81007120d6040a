/** Which stored identifiers are the person who asks. */
import type { IdentifierKind } from '@kanalblick/stream'
import type { Subject } from '../subject.ts'
import type { Link, SubjectIndex } from '../subject-index.ts'

export interface PersonIdentifier {
  readonly ref: string
  readonly kind: IdentifierKind
  /** Given in the request; the others came together with it. */
  readonly named: boolean
}

export interface Person {
  readonly identifiers: readonly PersonIdentifier[]
  /** Kinds of identifiers that came together with the person's, but with somebody else's too: left out unless the request names them. */
  readonly ambiguous: readonly IdentifierKind[]
}

/** Stands for one person. A telephone or a device is often shared. */
const personal: readonly IdentifierKind[] = ['customer', 'email', 'marketplace_buyer']

/**
 * Follows the links from the identifiers that the request names. A linked identifier belongs to the person only if whatever personal it came
 * together with does: data of somebody else must neither be handed out nor erased because a device, a family's telephone or a mistyped
 * address is shared.
 */
export async function identify(named: readonly Pick<Subject, 'ref' | 'kind'>[], index: Pick<SubjectIndex, 'links'>): Promise<Person> {
  const person = new Map<string, PersonIdentifier>(named.map(({ ref, kind }) => [ref, { ref, kind, named: true }]))
  for (;;) {
    const candidates = candidatesOf(await index.links([...person.keys()]), person)
    const theirs = groupByRef(await index.links([...candidates.keys()]))
    const belongs = (ref: string) => (theirs.get(ref) ?? []).every(({ linkedRef, linkedKind }) => person.has(linkedRef) || !personal.includes(linkedKind))
    const found = [...candidates].filter(([ref]) => belongs(ref))
    if (found.length === 0) return { identifiers: [...person.values()], ambiguous: [...new Set(candidates.values())].toSorted() }
    for (const [ref, kind] of found) person.set(ref, { ref, kind, named: false })
  }
}

const candidatesOf = (links: readonly Link[], person: ReadonlyMap<string, unknown>) =>
  new Map(links.filter(({ linkedRef }) => !person.has(linkedRef)).map(({ linkedRef, linkedKind }) => [linkedRef, linkedKind]))

function groupByRef(links: readonly Link[]): Map<string, Link[]> {
  const groups = new Map<string, Link[]>()
  for (const link of links) groups.set(link.ref, [...(groups.get(link.ref) ?? []), link])
  return groups
}
