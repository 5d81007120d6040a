/** The rights of persons over their data: what is asked, how far it has come, and carrying it out. */
import { randomUUID } from 'node:crypto'
import { type Identifier, type Logger, retentionDays, type SubjectKeys, type SubjectStore } from '@kanalblick/stream'
import type { SubjectOf } from '../subject.ts'
import type { SubjectIndex } from '../subject-index.ts'
import { createErasure, type ErasureParts } from './erasure.ts'
import { countsOf, holdingsOf } from './holdings.ts'
import { identify, type PersonIdentifier } from './person.ts'
import type { RequestRegister } from './register.ts'
import { type DenialReason, RequestError, type RequestType, type StoreHoldings, type SubjectRequest, type Verification } from './request.ts'

export interface Preview {
  /** How many identifiers of each kind are the person's. */
  readonly identifiers: Readonly<Record<string, number>>
  /** Kinds of identifiers that are somebody else's too: left out unless the request names them. */
  readonly ambiguous: readonly string[]
  readonly found: readonly StoreHoldings[]
}

export interface Rights {
  /** What is held of whoever has these identifiers, and what an erasure would do. Changes nothing. */
  preview(named: readonly Identifier[]): Promise<Preview>
  /** Without a verification the request waits for one. */
  open(type: RequestType, named: readonly Identifier[], verification?: Verification): Promise<SubjectRequest>
  /** @throws RequestError REQUEST_UNKNOWN */
  find(id: string): Promise<SubjectRequest>
  /** The newest first, a thousand at most. */
  list(): Promise<SubjectRequest[]>
  /** @throws RequestError REQUEST_UNKNOWN, REQUEST_ENDED */
  verify(id: string, verification: Verification): Promise<SubjectRequest>
  /** @throws RequestError REQUEST_UNKNOWN, REQUEST_ENDED, REQUEST_UNDER_WAY */
  end(id: string, status: 'denied' | 'revoked', reason: DenialReason | null): Promise<SubjectRequest>
  /** Resolves once the request is fulfilled; a request that waits for verification stays as it is. */
  carryOut(id: string): Promise<SubjectRequest>
  /** Carries out what was cut off and is not under way. Resolves when each has been tried. */
  resume(): Promise<void>
  /**
   * The packages of thirty days ago can be fetched no more, links that lead to nothing any more are forgotten, and nobody stays suppressed whose
   * request was denied in the very moment in which it came.
   */
  forgetEnded(): Promise<void>
  /** The person of an access request and what is held of them, for as long as the package may be fetched. @throws RequestError */
  packageOf(id: string): Promise<AccessPackageParts>
}

export interface AccessPackageParts {
  readonly request: SubjectRequest
  readonly identifiers: readonly PersonIdentifier[]
  readonly keys: SubjectKeys
  readonly found: readonly StoreHoldings[]
}

export interface RightsParts extends Omit<ErasureParts, 'register' | 'index'> {
  readonly register: RequestRegister
  readonly index: SubjectIndex
  readonly subjectOf: SubjectOf
  readonly stores: readonly SubjectStore[]
  readonly logger: Logger
}

const packageDays = 30
/** What was counted for the answer holds for the package that is fetched right away. */
const countedMs = 60_000
const dayMs = 86_400_000

export function createRights(parts: RightsParts): Rights {
  const { register, index, ledger, subjectOf, keysOf, linkedTo, stores, now, logger } = parts
  const erasure = createErasure(parts)
  const underWay = new Map<string, Promise<SubjectRequest>>()

  const personOf = (named: readonly Identifier[]) => identify(named.map(subjectOf), index)
  const find = async (id: string) => {
    const request = await register.find(id)
    if (!request) throw new RequestError('REQUEST_UNKNOWN')
    return request
  }
  const findOpen = async (id: string) => {
    const request = await find(id)
    if (request.status !== 'in_progress') throw new RequestError('REQUEST_ENDED')
    return request
  }
  // The refund of a guest's order names the order alone: without what the rows lead to, a topic would not be asked for it.
  const allKeysOf = async (identifiers: readonly PersonIdentifier[]) => linkedTo(await keysOf(identifiers))
  const holdings = async (identifiers: readonly PersonIdentifier[]) => holdingsOf(stores, await allKeysOf(identifiers))

  async function carryOutNow(id: string): Promise<SubjectRequest> {
    const request = await find(id)
    if (request.status !== 'in_progress' || request.verification === null) return request
    if (request.type === 'erasure') await erasure.carryOut(request)
    else await answerAccess(request)
    return find(id)
  }

  async function answerAccess({ id, subject }: SubjectRequest): Promise<void> {
    const { identifiers, ambiguous } = await identify(
      (subject ?? []).filter(({ named }) => named),
      index,
    )
    const found = await holdings(identifiers)
    await register.change(id, { status: 'fulfilled', subject: identifiers, proof: { identifiers: countsOf(identifiers), ambiguous, found } })
  }

  function carryOut(id: string): Promise<SubjectRequest> {
    const running = underWay.get(id) ?? carryOutNow(id).finally(() => underWay.delete(id))
    underWay.set(id, running)
    return running
  }

  return {
    find,
    list: () => register.list(),
    carryOut,
    async preview(named) {
      const { identifiers, ambiguous } = await personOf(named)
      return { identifiers: countsOf(identifiers), ambiguous, found: await holdings(identifiers) }
    },
    async open(type, named, verification) {
      const { identifiers } = await personOf(named)
      return register.open({ id: randomUUID(), type, subject: identifiers, verification })
    },
    async verify(id, verification) {
      await findOpen(id)
      await register.change(id, { verification, reason: null })
      return find(id)
    },
    async end(id, status, reason) {
      if (!(await register.end(id, status, reason))) {
        await findOpen(id)
        throw new RequestError('REQUEST_UNDER_WAY')
      }
      await ledger.lift()
      return find(id)
    },
    async resume() {
      for (const { id, type } of await register.unfinished()) {
        if (underWay.has(id)) continue
        await carryOut(id).catch((error: unknown) =>
          logger.error('a request of a person could not be carried out, it is tried again', { request: id, type, error }),
        )
      }
    },
    async forgetEnded() {
      const nowMs = now().getTime()
      await register.forgetSubjectsBefore(new Date(nowMs - packageDays * dayMs).toISOString())
      await index.forgetBefore(new Date(nowMs - retentionDays.behaviour * dayMs).toISOString().slice(0, 10))
      await ledger.lift()
    },
    async packageOf(id) {
      const request = await find(id)
      if (request.type !== 'access' || request.status !== 'fulfilled') throw new RequestError('PACKAGE_NOT_READY')
      if (request.subject === null) throw new RequestError('PACKAGE_GONE')
      const keys = await allKeysOf(request.subject)
      const counted = now().getTime() - Date.parse(request.updatedAt) < countedMs ? request.proof?.found : undefined
      // The request itself has ended since.
      const counting = counted ? stores.filter(({ name }) => name === 'subject_requests') : stores
      const found = await holdingsOf(counting, keys)
      const kept = (counted ?? []).filter(({ store }) => !found.some((one) => one.store === store))
      return { request, identifiers: request.subject, keys, found: [...kept, ...found] }
    },
  }
}
