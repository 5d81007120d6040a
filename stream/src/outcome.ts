/**
 * What a step says about an event. Expected trouble is data: steps return it, they never throw it.
 *
 * - keep    the event goes on, as the value given
 * - drop    the event ends here because a rule says so (no consent, a bot); counted, not stored
 * - reject  the event cannot be processed; it goes to the dead letters with reason and cause
 *
 * Every collected event ends in exactly one of stored, dropped, rejected: `kanalblick audit` adds them up.
 */
export type Outcome<Event> = Keep<Event> | Drop | Reject

export type Keep<Event> = { readonly kind: 'keep'; readonly event: Event }
export type Drop = { readonly kind: 'drop'; readonly reason: DropReason }
export type Reject = { readonly kind: 'reject'; readonly reason: RejectReason; readonly cause: string }

export const dropReasons = [
  'bot', // the collector recognised an automated client
  'erased', // the subject asked for erasure before the event arrived
  'no_consent', // the event's purpose is not granted: unknown counts as denied
  'restricted', // the subject asked for restriction of processing
] as const
export type DropReason = (typeof dropReasons)[number]

export const rejectReasons = [
  'currency_rate_missing', // no exchange rate for the event's currency and day
  'event_invalid', // a field of the event contradicts the catalogue
  'event_malformed', // the collector could not map what it received to an event
  'event_type_unknown', // no entry in the catalogue: denied by default
  'payload_unreadable', // the payload's key is gone or the ciphertext was changed
  'record_unreadable', // the record is not what its topic promises
  'step_failed', // a defect of ours: the step's name is the cause
] as const
export type RejectReason = (typeof rejectReasons)[number]

export const keep = <Event>(event: Event): Keep<Event> => ({ kind: 'keep', event })
export const drop = (reason: DropReason): Drop => ({ kind: 'drop', reason })

/** `cause` names fields, rules and places. It never quotes a value: values may be personal. */
export const reject = (reason: RejectReason, cause: string): Reject => ({ kind: 'reject', reason, cause })
