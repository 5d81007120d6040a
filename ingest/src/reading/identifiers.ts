/** Who an event is about, from the ids that a source knows. */
import type { Identifier, IdentifierKind } from '@kanalblick/stream'

const emailLike = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** Shops use a customer's e-mail address as user id often enough. */
export const userIdKind = (userId: string): IdentifierKind => (emailLike.test(userId) ? 'email' : 'customer')

/** Without empty values and repetitions. */
export function listIdentifiers(candidates: readonly (readonly [IdentifierKind, string | undefined])[]): Identifier[] {
  const found = new Map<string, Identifier>()
  for (const [kind, value] of candidates) if (value !== undefined) found.set(`${kind} ${value}`, { kind, value })
  return [...found.values()]
}
