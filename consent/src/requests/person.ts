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
export const personal: readonly IdentifierKind[] = ['customer', 'email', 'marketplace_buyer']

/**
 * Follows the links from the identifiers that the request names. Data of somebody else must neither be handed out nor erased because a
 * device, a family's telephone or a mistyped address is shared:
 *
 * - a linked identifier belongs to the person only if whatever personal it came together with does
 * - a telephone or a device that several persons use leads to none of them, even when the request names it
 */
export async function identify(named: readonly Pick<Subject, 'ref' | 'kind'>[], index: Pick<SubjectIndex, 'links'>): Promise<Person> {
  const person = new Map<string, PersonIdentifier>(named.map(({ ref, kind }) => [ref, { ref, kind, named: true }]))
  for (;;) {
    const links = await index.links([...person.keys()])
    const candidates = candidatesOf(links, person)
    const linksOf = groupByRef([...links, ...(await index.links([...candidates.keys()]))])
    const shared = new Set([...person.values()].filter((member) => isShared(member, person, linksOf)).map(({ ref }) => ref))
    const reached = candidatesOf(
      links.filter(({ ref }) => !shared.has(ref)),
      person,
    )
    const found = belonging(reached, person, linksOf)
    if (found.size === 0) return { identifiers: [...person.values()], ambiguous: [...new Set(candidates.values())].toSorted() }
    for (const [ref, kind] of found) person.set(ref, { ref, kind, named: false })
  }
}

/**
 * The orders of these identifiers. One that only a telephone or a device of theirs leads to is left out when somebody else's e-mail address or
 * customer number came together with it: then it is somebody else's.
 */
export async function ordersOf(identifiers: readonly Pick<Subject, 'ref' | 'kind'>[], index: Pick<SubjectIndex, 'links' | 'orderKeys' | 'holders'>) {
  const refsOf = (wanted: boolean) => identifiers.filter(({ kind }) => personal.includes(kind) === wanted).map(({ ref }) => ref)
  const orders = new Set(await index.orderKeys(refsOf(true)))
  const holders = await index.holders((await index.orderKeys(refsOf(false))).filter((order) => !orders.has(order)))
  const known = new Set(identifiers.map(({ ref }) => ref))
  const others = [...new Set([...holders.values()].flat())].filter((ref) => !known.has(ref))
  const strangers = new Set((await index.links(others)).filter(({ kind }) => personal.includes(kind)).map(({ ref }) => ref))
  for (const [order, refs] of holders) if (!refs.some((ref) => strangers.has(ref))) orders.add(order)
  return [...orders].toSorted()
}

type Refs = ReadonlyMap<string, unknown>
type LinksOf = ReadonlyMap<string, readonly Link[]>

const personalLinks = (ref: string, linksOf: LinksOf) => (linksOf.get(ref) ?? []).filter(({ linkedKind }) => personal.includes(linkedKind))

/** Of those that are reached, the ones that came together with nothing personal but the person's own and each other. */
function belonging(reached: ReadonlyMap<string, IdentifierKind>, person: Refs, linksOf: LinksOf): Map<string, IdentifierKind> {
  const found = new Map(reached)
  const isForeign = (ref: string) => personalLinks(ref, linksOf).some(({ linkedRef }) => !person.has(linkedRef) && !found.has(linkedRef))
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const ref of [...found.keys()].filter(isForeign)) found.delete(ref)
  }
  return found
}

/** Whether the personal identifiers that a telephone or a device came together with are more than one person's: nothing else joins them. */
function isShared({ ref, kind }: PersonIdentifier, person: Refs, linksOf: LinksOf): boolean {
  if (personal.includes(kind)) return false
  const users = new Set(personalLinks(ref, linksOf).map(({ linkedRef }) => linkedRef))
  const own = [...users].filter((user) => person.has(user))
  const joined = new Set(own.length > 0 ? own : [...users].slice(0, 1))
  for (const user of joined) for (const { linkedRef } of linksOf.get(user) ?? []) if (users.has(linkedRef)) joined.add(linkedRef)
  return joined.size < users.size
}

const candidatesOf = (links: readonly Link[], person: Refs) =>
  new Map(links.filter(({ linkedRef }) => !person.has(linkedRef)).map(({ linkedRef, linkedKind }) => [linkedRef, linkedKind]))

function groupByRef(links: readonly Link[]): Map<string, Link[]> {
  const groups = new Map<string, Link[]>()
  for (const link of links) groups.set(link.ref, [...(groups.get(link.ref) ?? []), link])
  return groups
}
