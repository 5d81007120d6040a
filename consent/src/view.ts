/** What a batch's events need to know of the world: opened, whose they are, what the ledger allows, and the pseudonyms. */
import { type CollectedEvent, catalogue, type Identifier, isEventType, type SealedEvent } from '@kanalblick/stream'
import type { ConsentConfig } from './config.ts'
import type { Keyring } from './keyring.ts'
import type { Ledger } from './ledger.ts'
import { createPolicy, type OwnChoices, type Permissions, type Policy, withoutConsent } from './purposes/policy.ts'
import { ownChoices, statementsOf, toRecord, utc } from './purposes/statements.ts'
import type { CurrentDecisions } from './record.ts'
import type { RequestRegister } from './requests/register.ts'
import { plain } from './scrub/scrub.ts'
import { createPseudonymOf, createSubjectOf, isPseudonymPurpose, type PseudonymPurpose, type Subject, strongest } from './subject.ts'
import type { SubjectIndex } from './subject-index.ts'
import { createOrderToken } from './suppression.ts'
import { type Vault, vaultKey } from './vault.ts'

export interface BatchView {
  /** Knows the batch's events by themselves, not by their looks. `undefined` when the payload cannot be read. */
  readonly find: (sealed: SealedEvent) => OpenedEvent | undefined
  readonly pseudonym: (purpose: PseudonymPurpose, subject: Subject, time: string) => string
  /** `null` without an id. */
  readonly sessionKey: KeyOfId
  readonly orderKey: KeyOfId
  /** What was taken out of the batch's events: counts, never values. */
  readonly removed: { unknownFields: number; texts: number }
}

type KeyOfId = (channelInstance: string, id: unknown) => string | null

export interface OpenedEvent {
  readonly event: CollectedEvent
  /** Whom the event is about; nobody when it is a total or its subject was erased. */
  readonly subject: Subject | undefined
  readonly permissions: Permissions
  /** Its subject asked for erasure, or objected: what is kept says nothing of a person. */
  readonly erased: boolean
  /** What its texts must not mention. */
  readonly names: readonly string[]
}

export interface ViewParts {
  readonly ledger: Ledger
  readonly index: Pick<SubjectIndex, 'remember'>
  readonly register: Pick<RequestRegister, 'open'>
  readonly vault: Vault
  readonly keyring: Keyring
  readonly config: ConsentConfig
  readonly now: () => Date
}

/** Records the choices that came with the batch, then looks up the ledger and the vault once for all of its events. */
export async function prepareView(events: readonly (SealedEvent | undefined)[], parts: ViewParts): Promise<BatchView> {
  const { ledger, index, vault, keyring, config, now } = parts
  const orderKey = createKeyOfId(keyring, 'order-key')
  const claims = openAll(events, { keyring, orderKey, orderToken: createOrderToken(keyring), subjectOf: createSubjectOf(keyring, config) })
  const policy = createPolicy(config, now())
  const subjectRefs = [...new Set([...claims.values()].flatMap(({ subjects }) => subjects.map(({ ref }) => ref)))]

  await openErasures(claims, parts)
  const orderTokens = [...new Set([...claims.values()].flatMap(({ orderToken }) => orderToken ?? []))]
  const suppressed = await ledger.suppressed([...subjectRefs, ...orderTokens])
  await index.remember([...claims.values()].filter((claim) => !isErased(claim, suppressed)).map(sightingOf))
  const decisions = await recordStatements(claims, { ledger, policy, suppressed, subjectRefs })

  const opened = new Map<SealedEvent, OpenedEvent>()
  for (const [sealed, claim] of claims) opened.set(sealed, judge(claim, { policy, decisions, suppressed }))
  return {
    find: (sealed) => opened.get(sealed),
    pseudonym: await lookUpPseudonyms([...opened.values()], { vault, keyring, config }),
    sessionKey: createKeyOfId(keyring, 'session-key'),
    orderKey,
    removed: { unknownFields: 0, texts: 0 },
  }
}

/** An event and whom it names. */
interface Claim {
  readonly event: CollectedEvent
  readonly subjects: readonly Subject[]
  readonly own: OwnChoices | undefined
  readonly orderKey: string | null
  readonly orderToken: string | null
}
const isErased = ({ subjects, orderToken }: Claim, suppressed: ReadonlySet<string>) =>
  subjects.some(({ ref }) => suppressed.has(ref)) || (orderToken !== null && suppressed.has(orderToken))
const sightingOf = ({ event, subjects, orderKey }: Claim) => ({ subjects, orderKey, at: utc(event.received_at) })

type Claims = ReadonlyMap<SealedEvent, Claim>

interface Opening {
  readonly keyring: Keyring
  readonly subjectOf: (identifier: Identifier) => Subject
  readonly orderKey: KeyOfId
  readonly orderToken: (orderKey: string) => string
}

function openAll(events: readonly (SealedEvent | undefined)[], { keyring, subjectOf, orderKey, orderToken }: Opening): Claims {
  const subjects = new Map<string, Subject>()
  const known = (identifier: Identifier) => {
    const key = `${identifier.kind} ${identifier.value}`
    const subject = subjects.get(key) ?? subjectOf(identifier)
    subjects.set(key, subject)
    return subject
  }
  const claims = new Map<SealedEvent, Claim>()
  for (const sealed of events) {
    const event = sealed && keyring.open(sealed)
    if (!event) continue
    // A total is about nobody, whatever came with it.
    const total = isTotal(event)
    if (total) {
      claims.set(sealed, { event, subjects: [], own: undefined, orderKey: null, orderToken: null })
      continue
    }
    const order = orderKey(event.channel_instance, event.data['order_id'])
    claims.set(sealed, {
      event,
      subjects: event.identifiers.map(known),
      own: ownChoices(event),
      orderKey: order,
      orderToken: order === null ? null : orderToken(order),
    })
  }
  return claims
}

const isTotal = ({ type }: CollectedEvent) => isEventType(type) && catalogue[type].aggregate === true

/** Suppressed at once. What is stored already goes once somebody has made sure that it was the person who asked: a write key may be public. */
async function openErasures(claims: Claims, { ledger, register }: Pick<ViewParts, 'ledger' | 'register'>): Promise<void> {
  for (const { event, subjects } of claims.values()) {
    if (event.type !== 'erasure_requested' || event.malformed || !catalogue.erasure_requested.data.safeParse(event.data).success) continue
    await register.open({ id: event.id, type: 'erasure', subject: subjects.map(({ ref, kind }) => ({ ref, kind, named: true })) })
    await ledger.suppress(
      subjects.map(({ ref }) => ref),
      event.id,
    )
  }
}

interface Recording {
  readonly ledger: Ledger
  readonly policy: Policy
  readonly suppressed: ReadonlySet<string>
  readonly subjectRefs: readonly string[]
}

/** Choices reach the ledger before any event of the batch is judged by them. Most repeat what it already says and cost nothing more. */
async function recordStatements(claims: Claims, { ledger, policy, suppressed, subjectRefs }: Recording): Promise<CurrentDecisions> {
  const current = await ledger.current(subjectRefs)
  const news = [...claims.values()].flatMap(({ event, subjects, own }) => {
    const receivedTime = utc(event.received_at)
    return statementsOf(event, own).flatMap((statement) =>
      subjects
        .filter(({ ref }) => !suppressed.has(ref))
        .filter(({ ref }) => statement.decisions.some((decision) => policy.effectOf(current.get(ref)?.get(decision.purpose), decision, receivedTime)))
        .map((subject) => toRecord(statement, subject, event)),
    )
  })
  if (news.length === 0) return current
  await ledger.appendEffects(news, policy.effectOf)
  return ledger.current(subjectRefs)
}

interface Judging {
  readonly policy: Policy
  readonly decisions: CurrentDecisions
  readonly suppressed: ReadonlySet<string>
}

function judge(claim: Claim, { policy, decisions, suppressed }: Judging): OpenedEvent {
  const { event, subjects, own } = claim
  const erased = isErased(claim, suppressed)
  const known = subjects.map(({ ref }) => decisions.get(ref) ?? noDecisions)
  return {
    event,
    erased,
    subject: erased ? undefined : strongest(subjects),
    permissions: erased ? withoutConsent : policy.permissions(known, own),
    names: subjects.flatMap(namesOf),
  }
}

const noDecisions = new Map<never, never>()

function namesOf({ kind, canonical }: Subject): string[] {
  if (kind === 'phone') return [canonical.replace(/\D/g, '').slice(-9)]
  if (kind === 'email' && canonical.includes('+')) return [plain(canonical), plain(canonical.replace(/\+[^@]*/, ''))]
  return [plain(canonical)]
}

interface PseudonymParts {
  readonly vault: Vault
  readonly keyring: Keyring
  readonly config: ConsentConfig
}

async function lookUpPseudonyms(opened: readonly OpenedEvent[], { vault, keyring, config }: PseudonymParts): Promise<BatchView['pseudonym']> {
  const wanted = opened.flatMap(({ subject, permissions }) =>
    subject?.kind === 'customer' ? permissions.granted.filter(isPseudonymPurpose).map((purpose) => ({ subjectRef: subject.ref, purpose })) : [],
  )
  const ofCustomers = wanted.length > 0 ? await vault.pseudonyms(wanted) : new Map<string, string>()
  const ofOthers = createPseudonymOf(keyring, config)
  return (purpose, subject, time) => {
    if (subject.kind !== 'customer') return ofOthers(purpose, subject, time)
    const pseudonym = ofCustomers.get(vaultKey({ subjectRef: subject.ref, purpose }))
    if (!pseudonym) throw new Error('A customer without a pseudonym: the vault was not asked.')
    return pseudonym
  }
}

/** The events of a session come one after the other: its key is worked out once per batch. */
function createKeyOfId(keyring: Keyring, use: 'session-key' | 'order-key'): KeyOfId {
  const known = new Map<string, string>()
  return (channelInstance, id) => {
    if (typeof id !== 'string') return null
    const place = `${channelInstance} ${id}`
    const before = known.get(place)
    if (before) return before
    const key = `v1:${keyring.mac(use, channelInstance, id)}`
    known.set(place, key)
    return key
  }
}
