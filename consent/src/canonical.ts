/** One spelling per person: without it one person gets several pseudonyms, and access and erasure miss data. */
import type { Identifier } from '@kanalblick/stream'
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import type { ConsentConfig } from './config.ts'

export type CanonicalRules = Pick<ConsentConfig, 'emailCase' | 'phoneCountry'>

/** Characters without width or meaning: zero-width spaces and joiners, directional marks, soft hyphens, control characters. */
const invisible = /[\p{Cc}\u00AD\u034F\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF]/gu

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
