/** What a batch's events need to know of the world: whose they are, what the ledger allows, and the pseudonyms. */
import { type CollectedEvent, catalogue, isEventType } from '@kanalblick/stream'
import type { ConsentConfig } from './config.ts'
import type { KnownDecisions } from './decisions.ts'
import type { Ledger, StatedRecord } from './ledger.ts'
import type { KnownSubject, Names } from './names.ts'
import { createPolicy, type OwnChoices, type Permissions, type Policy, withoutConsent } from './purposes/policy.ts'
import { ownChoices, type Statement, statementsOf, toRecord, utc } from './purposes/statements.ts'
import type { Received } from './received.ts'
import type { CurrentDecisions, DecisionsByPurpose } from './record.ts'
import { isPseudonymPurpose, type PseudonymPurpose, type Subject, strongest } from './subject.ts'
import { type Vault, vaultKey } from './vault.ts'

export interface BatchView {
  /** `undefined` when the event cannot be read. */
  readonly find: (received: Received) => OpenedEvent | undefined
  readonly pseudonym: (purpose: PseudonymPurpose, subject: Subject, time: string) => string
  readonly sessionKey: Names['sessionKey']
  readonly orderKey: Names['orderKey']
  /** What was taken out of the batch's events: counts, never values. */
  readonly removed: { unknownFields: number; texts: number }
}

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
  readonly decisions: KnownDecisions
  readonly vault: Vault
  readonly names: Names
  readonly config: ConsentConfig
  readonly now: () => Date
}

/** Records the choices that came with the batch, then looks up the ledger and the vault once for all of its events. */
export async function prepareView(received: readonly (Received | undefined)[], parts: ViewParts): Promise<BatchView> {
  const { ledger, decisions: known, names, config, now } = parts
  const claims = received.map((one) => one?.event && claimOf(one.event, names))
  const policy = createPolicy(config, now())
  const subjectRefs = refsOf(claims)

  await suppressErased(claims, ledger)
  const suppressed = await ledger.suppressed(subjectRefs)
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
  readonly own: OwnChoices | undefined
}
type Claims = readonly (Claim | undefined)[]

/** A total is about nobody, whatever came with it. */
function claimOf(event: CollectedEvent, { subjectOf }: Names): Claim {
  const total = isTotal(event)
  return { event, subjects: total ? [] : event.identifiers.map(subjectOf), own: total ? undefined : ownChoices(event) }
}

const isTotal = ({ type }: CollectedEvent) => isEventType(type) && catalogue[type].aggregate === true

function refsOf(claims: Claims): string[] {
  const refs = new Set<string>()
  for (const claim of claims) if (claim) for (const { ref } of claim.subjects) refs.add(ref)
  return [...refs]
}

async function suppressErased(claims: Claims, ledger: Ledger): Promise<void> {
  const asked = claims.filter((claim) => claim?.event.type === 'erasure_requested' && isValidRequest(claim.event))
  if (asked.length > 0) await ledger.suppress(refsOf(asked))
}

const isValidRequest = ({ malformed, data }: CollectedEvent) => malformed === undefined && catalogue.erasure_requested.data.safeParse(data).success

interface Recording {
  readonly ledger: Ledger
  readonly policy: Policy
  readonly suppressed: ReadonlySet<string>
  readonly current: CurrentDecisions
}

/** Choices reach the ledger before any event of the batch is judged by them. Most repeat what it already says and cost nothing more. */
async function recordStatements(claims: Claims, { ledger, policy, suppressed, current }: Recording): Promise<CurrentDecisions> {
  const news: StatedRecord[] = []
  for (const claim of claims) {
    if (!claim || claim.subjects.length === 0) continue
    const { event, subjects, own } = claim
    if (!own && event.type !== 'consent_recorded' && event.type !== 'newsletter_status_changed') continue
    const receivedTime = utc(event.received_at)
    for (const statement of statementsOf(event, own)) {
      for (const subject of subjects) {
        if (suppressed.has(subject.ref)) continue
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
  readonly suppressed: ReadonlySet<string>
}

function judge({ event, subjects, own }: Claim, { policy, decisions, suppressed }: Judging): OpenedEvent {
  const erased = suppressed.size > 0 && subjects.some(({ ref }) => suppressed.has(ref))
  return {
    event,
    erased,
    subject: erased ? undefined : strongest(subjects),
    permissions: erased ? withoutConsent : policy.permissions(decisionsOf(subjects, decisions), own),
    names: mentionsOf(subjects),
  }
}

const decisionsOf = (subjects: readonly KnownSubject[], decisions: CurrentDecisions) => subjects.map(({ ref }) => decisions.get(ref) ?? noDecisions)
const noDecisions: DecisionsByPurpose = new Map()

const mentionsOf = (subjects: readonly KnownSubject[]): readonly string[] =>
  subjects.length === 1 ? (subjects[0] as KnownSubject).mentions : subjects.flatMap(({ mentions }) => mentions)

async function lookUpPseudonyms(opened: readonly (OpenedEvent | undefined)[], { vault, names }: ViewParts): Promise<BatchView['pseudonym']> {
  const wanted = opened.flatMap((one) =>
    one?.subject?.kind === 'customer' ? granted(one).map((purpose) => ({ subjectRef: (one.subject as Subject).ref, purpose })) : [],
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
