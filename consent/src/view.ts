/** What a batch's events need to know of the world: whose they are, what the ledger allows, and the pseudonyms. */
import { type CollectedEvent, catalogue, isEventType, Unreadable } from '@kanalblick/stream'
import type { ConsentConfig } from './config.ts'
import type { KnownDecisions } from './decisions.ts'
import type { Ledger, StatedRecord } from './ledger.ts'
import type { KnownSubject, Names } from './names.ts'
import { createPolicy, type Permissions, type Policy, withoutConsent } from './purposes/policy.ts'
import { type Signal, type Statement, signalOf, statementsOf, toRecord, utc } from './purposes/statements.ts'
import type { Received } from './received.ts'
import type { CurrentDecisions, DecisionsByPurpose } from './record.ts'
import type { RequestRegister } from './requests/register.ts'
import { isPseudonymPurpose, type PseudonymPurpose, strongest } from './subject.ts'
import type { Sighting, SubjectIndex } from './subject-index.ts'
import { isForGood, type Suppressed } from './suppression.ts'
import { type Vault, vaultKey } from './vault.ts'

export interface BatchView {
  /** `undefined` when the event cannot be read. */
  readonly find: (received: Received) => OpenedEvent | undefined
  readonly pseudonym: (purpose: PseudonymPurpose, subject: KnownSubject, time: string) => string
  readonly sessionKey: Names['sessionKey']
  readonly orderKey: Names['orderKey']
  /** What was taken out of the batch's events: counts, never values. */
  readonly removed: { unknownFields: number; texts: number }
}

export interface OpenedEvent {
  readonly event: CollectedEvent
  /** Whom the event is about; nobody when it is a total or its subject was erased. */
  readonly subject: KnownSubject | undefined
  readonly permissions: Permissions
  /** Its subject asked for erasure, or objected: what is kept says nothing of a person. */
  readonly erased: boolean
  /** What its texts must not mention. */
  readonly names: readonly string[]
}

export interface ViewParts {
  readonly ledger: Ledger
  readonly decisions: KnownDecisions
  readonly index: Pick<SubjectIndex, 'remember'>
  readonly register: Pick<RequestRegister, 'open'>
  readonly vault: Vault
  readonly names: Names
  readonly config: ConsentConfig
  readonly now: () => Date
}

/** Records the choices that came with the batch, then looks up the ledger and the vault once for all of its events. */
export async function prepareView(received: readonly (Received | Unreadable)[], parts: ViewParts): Promise<BatchView> {
  const { ledger, decisions: known, index, names, config, now } = parts
  const claims = received.map((one) => (one instanceof Unreadable || !one.event ? undefined : claimOf(one.event, names)))
  const policy = createPolicy(config, now())
  const subjectRefs = refsOf(claims)

  await openErasures(claims, parts)
  const suppressed = await suppressOrders(claims, ledger, await ledger.suppressed([...subjectRefs, ...tokensOf(claims)]))
  await index.remember(sightingsOf(claims, suppressed))
  const decisions = await recordStatements(claims, { ledger, policy, suppressed, current: await known.current(subjectRefs) })

  const opened = claims.map((claim) => claim && judge(claim, { policy, decisions, suppressed }))
  return {
    find: ({ place }) => opened[place],
    pseudonym: await lookUpPseudonyms(opened, parts),
    sessionKey: names.sessionKey,
    orderKey: names.orderKey,
    removed: { unknownFields: 0, texts: 0 },
  }
}

/** An event and whom it names. */
interface Claim {
  readonly event: CollectedEvent
  readonly subjects: readonly KnownSubject[]
  readonly signal: Signal | undefined
  readonly orderKey: string | null
  /** What stands on the suppression list when its order or, where it names nobody, its session is an erased person's. */
  readonly tokens: readonly string[]
}
type Claims = readonly (Claim | undefined)[]

/** A total is about nobody, whatever came with it. */
function claimOf(event: CollectedEvent, names: Names): Claim {
  if (isTotal(event)) return { event, subjects: [], signal: undefined, orderKey: null, tokens: [] }
  const orderKey = names.orderKey(event.channel_instance, event.data['order_id'])
  const sessionKey = event.identifiers.length === 0 ? names.sessionKey(event.channel_instance, event.session_id) : null
  const tokens = [orderKey === null ? [] : names.orderToken(orderKey), sessionKey === null ? [] : names.sessionToken(sessionKey)].flat()
  return { event, subjects: event.identifiers.map(names.subjectOf), signal: signalOf(event), orderKey, tokens }
}

const isTotal = ({ type }: CollectedEvent) => isEventType(type) && catalogue[type].aggregate === true

function refsOf(claims: Claims): string[] {
  const refs = new Set<string>()
  for (const claim of claims) if (claim) for (const { ref } of claim.subjects) refs.add(ref)
  return [...refs]
}

const tokensOf = (claims: Claims) => [...new Set(claims.flatMap((claim) => claim?.tokens ?? []))]

/**
 * Only what says that identifiers, or an identifier and an order, belong together; of who is erased nothing. While a request waits it is
 * remembered: once the request is verified, it leads to whatever came of the person meanwhile. The request itself links nobody: it is not verified.
 */
const sightingsOf = (claims: Claims, suppressed: Suppressed): Sighting[] =>
  claims.flatMap((claim) => {
    if (!claim || (claim.subjects.length < 2 && (claim.orderKey === null || claim.subjects.length === 0))) return []
    if (claim.event.type === 'erasure_requested' || suppressionOf(claim, suppressed) === null) return []
    return [{ subjects: claim.subjects, orderKey: claim.orderKey, at: utc(claim.event.received_at) }]
  })

/**
 * Suppressed at once, and until the request is denied. What is stored already goes once somebody has made sure that it was the person who asked:
 * a write key may be public. An event that comes under the id of another changes nothing.
 */
async function openErasures(claims: Claims, { ledger, register }: Pick<ViewParts, 'ledger' | 'register'>): Promise<void> {
  for (const claim of claims) {
    if (claim?.event.type !== 'erasure_requested' || !isValidRequest(claim.event)) continue
    const { event, subjects } = claim
    const named = subjects.map(({ ref, kind }) => ({ ref, kind, named: true }))
    const { status, subject } = await register.open({ id: event.id, type: 'erasure', subject: named })
    if (status !== 'in_progress' || subject === null) continue
    const refs = subject.map(({ ref }) => ref)
    await ledger.suppress(refs, event.id)
  }
}

/** An order that comes from somebody on the list: what comes of it later need not name them. It stays on the list as long as they do. */
async function suppressOrders(claims: Claims, ledger: Ledger, suppressed: Suppressed): Promise<Suppressed> {
  const orders = new Map<string, string | null>()
  for (const claim of claims) {
    if (!claim) continue
    const because = suppressionOf(claim, suppressed)
    if (because === undefined) continue
    for (const token of claim.tokens) if (!suppressed.has(token)) orders.set(token, because)
  }
  for (const because of new Set(orders.values())) {
    const tokens = [...orders.keys()].filter((token) => orders.get(token) === because)
    await ledger.suppress(tokens, because)
  }
  return orders.size === 0 ? suppressed : new Map([...suppressed, ...orders])
}

const isValidRequest = ({ malformed, data }: CollectedEvent) => malformed === undefined && catalogue.erasure_requested.data.safeParse(data).success

interface Recording {
  readonly ledger: Ledger
  readonly policy: Policy
  readonly suppressed: Suppressed
  readonly current: CurrentDecisions
}

/** Choices reach the ledger before any event of the batch is judged by them. Most repeat what it already says and cost nothing more. */
async function recordStatements(claims: Claims, { ledger, policy, suppressed, current }: Recording): Promise<CurrentDecisions> {
  const news: StatedRecord[] = []
  for (const claim of claims) {
    if (!claim || claim.subjects.length === 0) continue
    const { event, subjects, signal } = claim
    if (!signal && event.type !== 'consent_recorded' && event.type !== 'newsletter_status_changed') continue
    const receivedTime = utc(event.received_at)
    for (const statement of statementsOf(event, signal)) {
      for (const subject of subjects) {
        if (isForGood(suppressed, subject.ref)) continue
        if (hasEffect(statement, { current: current.get(subject.ref), receivedTime, policy })) news.push(toRecord(statement, subject, event))
      }
    }
  }
  if (news.length === 0) return current
  await ledger.appendEffects(news, policy.effectOf)
  const changed = await ledger.current([...new Set(news.map(({ subjectRef }) => subjectRef))])
  return new Map([...current, ...changed])
}

interface Standing {
  readonly current: DecisionsByPurpose | undefined
  readonly receivedTime: string
  readonly policy: Policy
}

function hasEffect({ decisions }: Statement, { current, receivedTime, policy }: Standing): boolean {
  for (const decision of decisions) if (policy.effectOf(current?.get(decision.purpose), decision, receivedTime)) return true
  return false
}

interface Judging {
  readonly policy: Policy
  readonly decisions: CurrentDecisions
  readonly suppressed: Suppressed
}

/** Because of which request an event is without its person; `null`: for good, which outweighs a request; `undefined`: it is not. */
type Suppression = string | null | undefined

function suppressionOf({ subjects, tokens }: Claim, suppressed: Suppressed): Suppression {
  if (suppressed.size === 0) return undefined
  let because: Suppression
  for (const { ref } of subjects) because = graver(because, suppressed.get(ref))
  for (const token of tokens) because = graver(because, suppressed.get(token))
  return because
}

const graver = (one: Suppression, other: Suppression): Suppression => (one === null || other === null ? null : (one ?? other))

function judge(claim: Claim, { policy, decisions, suppressed }: Judging): OpenedEvent {
  const { event, subjects, signal } = claim
  const erased = suppressionOf(claim, suppressed) !== undefined
  return {
    event,
    erased,
    subject: erased ? undefined : strongest(subjects),
    permissions: erased ? withoutConsent : policy.permissions(decisionsOf(subjects, decisions), signal?.choices),
    names: mentionsOf(subjects),
  }
}

const decisionsOf = (subjects: readonly KnownSubject[], decisions: CurrentDecisions) => subjects.map(({ ref }) => decisions.get(ref) ?? noDecisions)
const noDecisions: DecisionsByPurpose = new Map()

const mentionsOf = (subjects: readonly KnownSubject[]): readonly string[] =>
  subjects.length === 1 ? (subjects[0] as KnownSubject).mentions : subjects.flatMap(({ mentions }) => mentions)

async function lookUpPseudonyms(opened: readonly (OpenedEvent | undefined)[], { vault, names }: ViewParts): Promise<BatchView['pseudonym']> {
  const wanted = opened.flatMap((one) =>
    one?.subject?.kind === 'customer' ? granted(one).map((purpose) => ({ subjectRef: (one.subject as KnownSubject).ref, purpose })) : [],
  )
  const ofCustomers = wanted.length > 0 ? await vault.pseudonyms(wanted) : new Map<string, string>()
  return (purpose, subject, time) => {
    if (subject.kind !== 'customer') return names.pseudonymOf(purpose, subject, time)
    const pseudonym = ofCustomers.get(vaultKey({ subjectRef: subject.ref, purpose }))
    if (!pseudonym) throw new Error('A customer without a pseudonym: the vault was not asked.')
    return pseudonym
  }
}

const granted = ({ permissions }: OpenedEvent) => permissions.granted.filter(isPseudonymPurpose)
