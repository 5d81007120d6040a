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
import { createOrderToken, type SuppressionList } from '../suppression.ts'
import { countsOf, holdingsOf } from './holdings.ts'
import { identify, type Person, type PersonIdentifier } from './person.ts'
import { openPlan, sealPlan } from './plan.ts'
import type { RequestRegister } from './register.ts'
import type { SubjectRequest } from './request.ts'

export interface ErasureParts {
  readonly register: RequestRegister
  readonly index: SubjectIndex
  readonly ledger: SuppressionList
  readonly keyring: Pick<Keyring, 'mac'>
  readonly keysOf: (identifiers: readonly PersonIdentifier[]) => Promise<SubjectKeys>
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
      const person = request.plan === null ? await step('suppress and settle', () => suppressAndSettle(request, parts)) : undefined
      const keys = await planOf(request, person, parts)
      const found = (await register.find(request.id))?.proof?.found ?? (await step('count', () => holdingsOf(stores, keys)))
      const identifiers = countsOf(person?.identifiers ?? request.subject ?? [])
      await register.change(request.id, { proof: { identifiers, found } })

      for (const store of stores) await step(`erase ${store.name}`, () => store.erase(keys))
      for (const store of stores) {
        const remaining = await step(`search ${store.name}`, () => store.remaining(keys))
        if (remaining > 0) throw stillThere(store.name, remaining)
      }
      const bytes = await step('search files', () => bytesLeft(keys))
      if (bytes > 0) throw stillThere('files', bytes)
      const verifiedAt = now().toISOString()
      await register.change(request.id, { status: 'fulfilled', subject: null, plan: null, proof: { identifiers, found, remaining: 0, verifiedAt } })
      logger.info('an erasure was carried out', { request: request.id, stores: stores.length })
    },
  }
}

/** Whoever came together with the person until now is suppressed with them: again, until nobody new is found. */
async function suppressAndSettle(request: SubjectRequest, { register, index, ledger, keyring, log, signal }: ErasureParts): Promise<Person> {
  const named = (request.subject ?? []).filter(({ named }) => named)
  const orderToken = createOrderToken(keyring)
  for (;;) {
    const person = await identify(named, index)
    const refs = person.identifiers.map(({ ref }) => ref)
    const orders = await index.orderKeys(refs)
    const added = await ledger.suppress([...refs, ...orders.map(orderToken)], request.id)
    // What the consent stage had in its hands may still have been judged by the list as it was.
    await passed('consent', { log, signal })
    await register.change(request.id, { subject: person.identifiers })
    if (added > 0) continue
    await passed('transform', { log, signal })
    await passed('warehouse', { log, signal })
    return person
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

async function planOf(request: SubjectRequest, person: Person | undefined, { register, keyring, keysOf }: ErasureParts): Promise<SubjectKeys> {
  if (person === undefined) return openPlan(request.plan ?? '', request.id, keyring)
  const keys = await keysOf(person.identifiers)
  await register.change(request.id, { plan: sealPlan(keys, request.id, keyring) })
  return keys
}

const stalled = (stage: StageName) =>
  Object.assign(new Error(`The ${stage} stage has not caught up for three minutes. Start its process; the erasure goes on from here by itself.`), {
    code: 'ERASURE_WAITS',
  })

const stillThere = (store: string, places: number) =>
  Object.assign(new Error(`After the erasure ${store} still holds the person in ${places} places. It is tried again; if that repeats, report a defect.`), {
    code: 'ERASURE_INCOMPLETE',
  })
