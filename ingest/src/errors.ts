/** Everything the collectors refuse. `statusCode` is what an HTTP client is told; expected trouble with one event is not in here. */
const errors = {
  BODY_INVALID: { statusCode: 400, message: 'The body is not what this endpoint takes.' },
  BODY_NOT_JSON: { statusCode: 400, message: 'The body is not JSON in UTF-8.' },
  BODY_UNREADABLE: { statusCode: 400, message: 'The body ended early or its compression is broken.' },
  BODY_TOO_LARGE: { statusCode: 413, message: 'The body is larger than this server takes.' },
  TOO_MANY_EVENTS: { statusCode: 413, message: 'The body has more events than this server takes at once.' },
  ENCODING_UNSUPPORTED: { statusCode: 415, message: 'Send the body as it is or with Content-Encoding: gzip.' },
  WRITE_KEY_UNKNOWN: { statusCode: 401, message: 'The write key is missing or unknown. Create one with: kanalblick keys create' },
  ORIGIN_NOT_ALLOWED: { statusCode: 403, message: 'Pages of this origin may not use this write key. Add the origin to the key.' },
  RATE_LIMITED: { statusCode: 429, message: 'This write key sends too many requests. Wait as Retry-After says, or send batches.' },
  STORAGE_UNAVAILABLE: { statusCode: 503, message: 'The events cannot be stored just now and were not accepted. Send them again.' },
  FILE_INVALID: { statusCode: 422, message: 'The file does not fit its mapping.' },
  MAPPING_INVALID: { statusCode: 422, message: 'The mapping has faults.' },
} as const

export type IngestErrorCode = keyof typeof errors

export interface IngestErrorDetails {
  /** What exactly, and what to do. Quotes no value out of an event. */
  readonly detail?: string | undefined
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

export class IngestError extends Error {
  readonly code: IngestErrorCode
  readonly detail: string | undefined
  readonly statusCode: number
  readonly retryAfterSeconds: number | undefined

  constructor(code: IngestErrorCode, { detail, retryAfterSeconds, cause }: IngestErrorDetails = {}) {
    super(detail === undefined ? errors[code].message : `${errors[code].message} ${detail}`, { cause })
    this.name = 'IngestError'
    this.code = code
    this.detail = detail
    this.statusCode = errors[code].statusCode
    this.retryAfterSeconds = retryAfterSeconds
  }
}
