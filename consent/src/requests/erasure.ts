/**
 * Art. 17: erasure. Everything that names the person goes, or says nothing of them any more; what has to stay is told with its reason.
 *
 *   suppress   from here on nothing that arrives or is read again carries the person
 *   settle     what was under way when the suppression began reaches its stores
 *   plan       how the person is named in every store is written down, encrypted, before anything it was derived from is deleted
 *   erase      store by store
 *   verify     the stores, and the bytes of the files, are searched for the person
 *   prove      the counts are kept, the plan is deleted
 *
 * Each step may be cut off anywhere and done again.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type Log, type Logger, type StageName, type SubjectKeys, type SubjectStore, topicsReadBy } from '@kanalblick/stream'
import type { Keyring } from '../keyring.ts'
import type { SubjectIndex } from '../subject-index.ts'
import { createTokens, type SuppressionList } from '../suppression.ts'
import { countsOf, holdingsOf } from './holdings.ts'
import { identify, ordersOf, type PersonIdentifier } from './person.ts'
import { openPlan, sealPlan } from './plan.ts'
import type { RequestRegister } from './register.ts'
import type { SubjectRequest } from './request.ts'

export interface ErasureParts {
  readonly register: RequestRegister
  readonly index: SubjectIndex
  readonly ledger: SuppressionList
  readonly keyring: Pick<Keyring, 'mac'>
  readonly keysOf: (identifiers: readonly PersonIdentifier[]) => Promise<SubjectKeys>
  /** Adds the orders and sessions that the person's rows lead to. */
  readonly linkedTo: (keys: SubjectKeys) => Promise<SubjectKeys>
  readonly log: Pick<Log, 'ends' | 'hasPassed'>
  /** In the order in which they are erased. */
  readonly stores: readonly SubjectStore[]
  /** In how many places of the files the person can be read as bytes; always 0 where files cannot be searched. */
  readonly bytesLeft: (keys: SubjectKeys) => Promise<number>
  readonly now: () => Date
  readonly logger: Logger
  readonly signal: AbortSignal
}

const pollMs = 50
/** Longer than Kafka takes to give a killed member's partitions to another. */
const longestWaitMs = 180_000

export function createErasure(parts: ErasureParts) {
  const { register, stores, bytesLeft, now, logger } = parts
  async function step<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
    const startedMs = performance.now()
    const value = await work()
    logger.debug('erasure step', { step: name, durationMs: Math.round(performance.now() - startedMs) })
    return value
  }
  return {
    /** @throws when a store is lost, or the person can still be read somewhere afterwards: doing it again goes on from there */
    async carryOut(request: SubjectRequest): Promise<void> {
      const settled = await step('suppress and settle', () => planOf(request, parts))
      if (settled === undefined) return
      const { keys } = settled
      const before = (await register.find(request.id))?.proof
      const found = before?.found ?? (await step('count', () => holdingsOf(stores, keys)))
      const identifiers = before?.identifiers ?? countsOf(settled.identifiers)
      const ambiguous = before?.ambiguous ?? settled.ambiguous
      await register.change(request.id, { proof: { identifiers, ambiguous, found } })

      for (const store of stores) await step(`erase ${store.name}`, () => store.erase(keys))
      for (const store of stores) {
        const remaining = await step(`search ${store.name}`, () => store.remaining(keys))
        if (remaining > 0) throw stillThere(store.name, remaining)
      }
      const bytes = await step('search files', () => bytesLeft(keys))
      if (bytes > 0) throw stillThere('files', bytes)
      const verifiedAt = now().toISOString()
      await register.change(request.id, { status: 'fulfilled', subject: null, plan: null, proof: { identifiers, ambiguous, found, remaining: 0, verifiedAt } })
      logger.info('an erasure was carried out', { request: request.id, stores: stores.length })
    },
  }
}

interface Settled {
  readonly identifiers: readonly PersonIdentifier[]
  readonly ambiguous: readonly string[]
  readonly keys: SubjectKeys
}

/** Whoever came together with the person until now is suppressed with them, and so are their orders and sessions: again, until nothing new is found. */
async function suppressAndSettle(request: SubjectRequest, parts: ErasureParts): Promise<Settled> {
  const { register, index, ledger, keyring, keysOf, linkedTo } = parts
  const named = (request.subject ?? []).filter(({ named }) => named)
  const { orderToken, sessionToken } = createTokens(keyring)
  for (;;) {
    const { identifiers, ambiguous } = await identify(named, index)
    const refs = identifiers.map(({ ref }) => ref)
    const added = await ledger.suppress([...refs, ...(await ordersOf(identifiers, index)).map(orderToken)])
    // What the consent stage had in its hands may still have been judged by the list as it was.
    await passed('consent', parts)
    await register.change(request.id, { subject: identifiers })
    if (added > 0) continue
    await passed('transform', parts)
    await passed('warehouse', parts)
    const keys = await linkedTo(await keysOf(identifiers))
    const found = await ledger.suppress([...keys.orderKeys.map(orderToken), ...keys.sessionKeys.map(sessionToken)])
    if (found === 0) return { identifiers, ambiguous, keys }
  }
}

async function passed(stage: StageName, { log, signal }: Pick<ErasureParts, 'log' | 'signal'>): Promise<void> {
  const ends = await log.ends(topicsReadBy(stage))
  const startedMs = performance.now()
  while (!(await log.hasPassed(stage, ends))) {
    if (performance.now() - startedMs > longestWaitMs) throw stalled(stage)
    await delay(pollMs, undefined, { signal })
  }
}

/** `undefined` once another process has carried the erasure out. */
async function planOf(request: SubjectRequest, parts: ErasureParts): Promise<Settled | undefined> {
  const { register, keyring } = parts
  if (request.plan !== null) return { identifiers: request.subject ?? [], ambiguous: [], keys: openPlan(request.plan, request.id, keyring) }
  const settled = await suppressAndSettle(request, parts)
  const plan = await register.keepPlan(request.id, sealPlan(settled.keys, request.id, keyring))
  return plan === null ? undefined : { ...settled, keys: openPlan(plan, request.id, keyring) }
}

const stalled = (stage: StageName) =>
  Object.assign(new Error(`The ${stage} stage has not caught up for three minutes. Start its process; the erasure goes on from here by itself.`), {
    code: 'ERASURE_WAITS',
  })

const stillThere = (store: string, places: number) =>
  Object.assign(new Error(`After the erasure ${store} still holds the person in ${places} places. It is tried again; if that repeats, report a defect.`), {
    code: 'ERASURE_INCOMPLETE',
  })
