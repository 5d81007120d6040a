/** What gives a person away in a text: addresses and numbers with a structure of their own, and tokens too long to mean nothing. */
import { isIPv6 } from 'node:net'
import { findPhoneNumbersInText } from 'libphonenumber-js'

/** @param text plain: see `readings` */
export const identifies = (text: string): boolean => detectors.some((detect) => detect(text))

const email = (text: string) => /[\p{L}\p{N}._%+-]\s*@\s*[\p{L}\p{N}-]/u.test(text) || /[\p{L}\p{N}]\s*[([{<]\s*(?:at|ät)\s*[)\]}>]\s*[\p{L}\p{N}]/iu.test(text)

/** What no article number is: an e-mail address, a phone number in international form. */
export const namesAddress = (text: string): boolean => email(text) || /\+\d[\d ()/.-]{8,}/.test(text)

const ip = (text: string) =>
  /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/.test(text) ||
  (text.match(/[0-9a-f:.]*::?[0-9a-f:.]+/gi) ?? []).some(isIPv6)

const iban = (text: string) =>
  (text.match(/\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b/gi) ?? []).some((match) => prefixes(match.replace(/[ -]/g, ''), 15).some(isIban))

/** A number may run into the words after it. */
const prefixes = (text: string, shortest: number) => Array.from({ length: Math.max(0, text.length - shortest + 1) }, (_, i) => text.slice(0, shortest + i))

/** ISO 7064 MOD 97-10. */
function isIban(text: string): boolean {
  let rest = 0
  for (const character of (text.slice(4) + text.slice(0, 4)).toUpperCase()) rest = Number(`${rest}${Number.parseInt(character, 36)}`) % 97
  return rest === 1
}

/** Payment cards (Luhn) and Swiss social security numbers. */
const groupedNumber = (text: string) =>
  (text.match(/\d(?:[ .-]?\d){12,18}/g) ?? []).some((match) => {
    const digits = match.replace(/\D/g, '')
    return isLuhn(digits) || (digits.startsWith('756') && digits.length === 13)
  })

function isLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0
}

const day = /^(?:20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])20\d\d)$/

/** Seven digits in a row are enough for a phone or customer number; eight may be a day of this century, as campaigns carry it. */
const longNumber = (text: string) => (text.match(/\d{7,}/g) ?? []).some((digits) => !day.test(digits))

/** With + or 0 before it, or as a mobile number that lost its plus. Without them, groups of digits are sizes and years. */
function phone(text: string): boolean {
  if (!/\d(?:[\s./()-]*\d){6}/.test(text)) return false
  if (/(?<!\d)(?:49[ ./-]?1[5-7]\d|43[ ./-]?6\d\d|41[ ./-]?7[4-9][ ./-]?\d)[ ./-]?\d\d/.test(text)) return true
  const withoutDays = text.replace(/(?<!\d)\d{8}(?!\d)/g, (digits) => (day.test(digits) ? '' : digits))
  return countries.some((defaultCountry) =>
    findPhoneNumbersInText(withoutDays, { defaultCountry }).some(({ startsAt }) => /^[\s(]*[+0]/.test(withoutDays.slice(startsAt))),
  )
}
const countries = ['DE', 'AT', 'CH'] as const

/** UUIDs, hashes, access tokens. */
const token = (text: string) =>
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i.test(text) ||
  /\beyJ[\w-]{8,}/.test(text) ||
  (text.match(/[0-9a-f]{16,}/gi) ?? []).some((run) => /\d/.test(run) && /[a-f]/i.test(run)) ||
  (text.match(/[A-Za-z0-9+/_-]{20,}/g) ?? []).some(looksRandom)

/** Random letters and digits change between lower case, upper case and digits at about two of three places; words and product codes do not. */
export function looksRandom(run: string): boolean {
  const classes = Array.from(run, (character) => (/\d/.test(character) ? 0 : /[a-z]/.test(character) ? 1 : /[A-Z]/.test(character) ? 2 : 3))
  const changes = classes.filter((kind, i) => i > 0 && kind !== classes[i - 1]).length
  return changes >= (run.length - 1) / 2 && new Set(classes.filter((kind) => kind < 3)).size === 3
}

const detectors = [email, ip, iban, groupedNumber, longNumber, phone, token]
