/**
 * A person's request about their data. States and reasons are those of the Data Rights Protocol 0.9 (3.01, "Request Statuses"):
 *
 *   open -> in_progress (need_user_verification) -> in_progress -> fulfilled
 *                                               \-> denied (a reason) | revoked (taken back)
 */
import type { Holding } from '@kanalblick/stream'
import type { PersonIdentifier } from './person.ts'

export const requestTypes = ['access', 'erasure'] as const
export type RequestType = (typeof requestTypes)[number]

const requestStatuses = ['open', 'in_progress', 'fulfilled', 'denied', 'revoked'] as const
export type RequestStatus = (typeof requestStatuses)[number]

export const denialReasons = [
  'suspected_fraud',
  'insuf_verification',
  'no_match',
  'claim_not_covered',
  'outside_jurisdiction',
  'too_many_requests',
  'other',
] as const
export type DenialReason = (typeof denialReasons)[number]

/** How it was made sure that the request comes from the person. */
export const verifications = ['operator', 'signed_in', 'signed_link', 'source', 'other'] as const
export type Verification = (typeof verifications)[number]

export interface SubjectRequest {
  readonly id: string
  readonly type: RequestType
  readonly status: RequestStatus
  readonly reason: DenialReason | 'need_user_verification' | null
  readonly receivedAt: string
  /** Art. 12(3): one month after receipt. */
  readonly expectedBy: string
  readonly updatedAt: string
  readonly verification: Verification | null
  /** Gone once the request has ended and nothing is left to hand over. */
  readonly subject: readonly PersonIdentifier[] | null
  /** `Plan`, encrypted, while an erasure is under way. */
  readonly plan: string | null
  readonly proof: Proof | null
}

export interface StoreHoldings {
  readonly store: string
  readonly holdings: readonly Holding[]
}

/** What was found; for an erasure, what became of it. No personal data. */
export interface Proof {
  readonly identifiers: Readonly<Record<string, number>>
  /** Kinds of identifiers that are somebody else's too, and were left out. */
  readonly ambiguous: readonly string[]
  readonly found: readonly StoreHoldings[]
  /** Erasure: places in which the person could still be read when it was checked: always 0. */
  readonly remaining?: number
  readonly verifiedAt?: string
}

/** The same day of the next month, or its last; weekends and holidays would make it later, never earlier. */
export function expectedByOf(receivedAt: Date): string {
  const due = new Date(receivedAt)
  due.setUTCDate(1)
  due.setUTCMonth(due.getUTCMonth() + 1)
  const lastDay = new Date(Date.UTC(due.getUTCFullYear(), due.getUTCMonth() + 1, 0)).getUTCDate()
  due.setUTCDate(Math.min(receivedAt.getUTCDate(), lastDay))
  return due.toISOString()
}

const messages = {
  REQUEST_UNKNOWN: [404, 'There is no such request.'],
  REQUEST_ENDED: [409, 'The request has ended: see its status.'],
  REQUEST_UNDER_WAY: [409, 'The erasure is being carried out and cannot be taken back.'],
  PACKAGE_NOT_READY: [409, 'There is no package: the request is not an access request, or not fulfilled yet.'],
  PACKAGE_GONE: [410, 'The package could be fetched for thirty days. Make a new request.'],
} as const

export class RequestError extends Error {
  readonly code: keyof typeof messages
  readonly statusCode: number
  constructor(code: keyof typeof messages) {
    const [status, message] = messages[code]
    super(message)
    this.name = 'RequestError'
    this.code = code
    this.statusCode = status
  }
}
