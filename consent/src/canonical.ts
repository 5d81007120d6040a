/** One spelling per person: without it one person gets several pseudonyms, and access and erasure miss data. */
import type { Identifier } from '@kanalblick/stream'
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import type { ConsentConfig } from './config.ts'

export type CanonicalRules = Pick<ConsentConfig, 'emailCase' | 'phoneCountry'>

/** Control characters, and what Unicode says to leave out where it cannot be shown: zero-width spaces, joiners, soft hyphens ... */
const invisible = /[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu

export const visible = (text: string): string => text.normalize('NFKC').replace(invisible, '')

/** An e-mail's +tag is kept: it may be another mailbox, and whoever asks for their data names it as they wrote it. */
export function canonical({ kind, value }: Identifier, rules: CanonicalRules): string {
  const text = visible(value).trim()
  if (kind === 'email') return canonicalEmail(text, rules.emailCase)
  if (kind === 'phone') return canonicalPhone(text, rules.phoneCountry)
  return text
}

function canonicalEmail(text: string, emailCase: CanonicalRules['emailCase']): string {
  const at = text.lastIndexOf('@')
  if (emailCase === 'lower' || at < 0) return text.toLowerCase()
  return text.slice(0, at) + text.slice(at).toLowerCase()
}

/** E.164; what is no phone number at all keeps its digits. */
function canonicalPhone(text: string, country: CanonicalRules['phoneCountry']): string {
  const number = parsePhoneNumberFromString(text, country)
  return number?.number ?? (text.replace(/[^\d+]/g, '') || text)
}
