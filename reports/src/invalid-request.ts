import { z } from 'zod'

/** One thing wrong with a request: where, a code to match on, and what to do about it. */
export interface Fault {
  /** `filters.0.dimension`; '' for the request as a whole. */
  readonly path: string
  readonly code: string
  readonly message: string
}

/** A request that cannot be answered as it stands, with all its faults at once. */
export class InvalidRequestError extends Error {
  readonly code = 'QUERY_INVALID'
  readonly statusCode = 400
  readonly faults: readonly Fault[]
  constructor(faults: readonly Fault[]) {
    super(faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n'))
    this.name = 'InvalidRequestError'
    this.faults = faults
  }
}

/** @throws InvalidRequestError */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, request: unknown): z.output<Schema> {
  const parsed = schema.safeParse(request)
  if (!parsed.success) throw new InvalidRequestError(parsed.error.issues.map(toFault))
  return parsed.data
}

function toFault(issue: z.core.$ZodIssue): Fault {
  const ownCode = issue.code === 'custom' ? (issue.params?.['code'] as string | undefined) : undefined
  return { path: issue.path.join('.'), code: ownCode ?? issue.code, message: issue.message }
}

/** For a rule over several fields: it runs once they are valid, whatever is wrong with the others, so that all faults are told together. */
export function onceValid(fields: z.ZodRawShape): { when(payload: { value: unknown }): boolean } {
  const schema = z.object(fields)
  return { when: ({ value }) => schema.safeParse(value).success }
}
