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
const personalKinds: readonly IdentifierKind[] = ['customer', 'email', 'marketplace_buyer']
export const isPersonal = (kind: IdentifierKind) => personalKinds.includes(kind)

/**
 * Follows the links from the identifiers that the request names, as far as they lead to nobody else: data of somebody else must neither be
 * handed out nor erased because a device, a family's telephone or a mistyped address is shared.
 */
export async function identify(named: readonly Pick<Subject, 'ref' | 'kind'>[], index: Pick<SubjectIndex, 'links'>): Promise<Person> {
  const person = new Map<string, PersonIdentifier>(named.map(({ ref, kind }) => [ref, { ref, kind, named: true }]))
  for (;;) {
    const candidates = candidatesOf(await index.links([...person.keys()]), person)
    const found = theirsAmong(candidates, person, personalByRef(await index.links([...candidates.keys()])))
    if (found.size === 0) return { identifiers: [...person.values()], ambiguous: [...new Set(candidates.values())].toSorted() }
    for (const [ref, kind] of found) person.set(ref, { ref, kind, named: false })
  }
}

/**
 * The orders of these identifiers. One that only a telephone or a device of theirs leads to is left out when somebody else's e-mail address or
 * customer number came together with it: then it is somebody else's.
 */
export async function ordersOf(identifiers: readonly Pick<Subject, 'ref' | 'kind'>[], index: Pick<SubjectIndex, 'links' | 'orderKeys' | 'holders'>) {
  const refsOf = (wanted: boolean) => identifiers.filter(({ kind }) => isPersonal(kind) === wanted).map(({ ref }) => ref)
  const orders = new Set(await index.orderKeys(refsOf(true)))
  const holders = await index.holders((await index.orderKeys(refsOf(false))).filter((order) => !orders.has(order)))
  const known = new Set(identifiers.map(({ ref }) => ref))
  const others = [...new Set([...holders.values()].flat())].filter((ref) => !known.has(ref))
  const strangers = new Set((await index.links(others)).filter(({ kind }) => isPersonal(kind)).map(({ ref }) => ref))
  for (const [order, refs] of holders) if (!refs.some((ref) => strangers.has(ref))) orders.add(order)
  return [...orders].toSorted()
}

type Kinds = ReadonlyMap<string, IdentifierKind>

const candidatesOf = (links: readonly Link[], person: ReadonlyMap<string, unknown>): Kinds =>
  new Map(links.filter(({ linkedRef }) => !person.has(linkedRef)).map(({ linkedRef, linkedKind }) => [linkedRef, linkedKind]))

/** The personal identifiers that each came together with. */
function personalByRef(links: readonly Link[]): ReadonlyMap<string, ReadonlySet<string>> {
  const personal = new Map<string, Set<string>>()
  for (const { ref, linkedRef, linkedKind } of links) {
    if (isPersonal(linkedKind)) personal.set(ref, (personal.get(ref) ?? new Set()).add(linkedRef))
  }
  return personal
}

/**
 * Two rules. What is personal must have come together with what is personal of the person; where nothing is known yet but a telephone or a
 * device, all that is personal with it must have come together. And whatever personal an identifier came together with must be the
 * person's, or among what is found with it.
 */
function theirsAmong(candidates: Kinds, person: ReadonlyMap<string, PersonIdentifier>, personal: ReadonlyMap<string, ReadonlySet<string>>): Kinds {
  const known = [...person.values()].filter(({ kind }) => isPersonal(kind)).map(({ ref }) => ref)
  const rivals = [...candidates].filter(([, kind]) => isPersonal(kind)).map(([ref]) => ref)
  const cameWith = (ref: string) => personal.get(ref) ?? new Set<string>()
  const leadsToOne = (ref: string) =>
    known.length > 0 ? known.some((other) => cameWith(ref).has(other)) : rivals.every((other) => other === ref || cameWith(ref).has(other))

  const found = new Map([...candidates].filter(([ref, kind]) => !isPersonal(kind) || leadsToOne(ref)))
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const ref of found.keys()) if (![...cameWith(ref)].every((other) => person.has(other) || found.has(other))) found.delete(ref)
  }
  return found
}
