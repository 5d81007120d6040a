/** All that a text says once its encodings are undone: URL (any number of times), HTML, JSON and JavaScript escapes, base64, base64url, hex. */
import { visible } from '../canonical.ts'

const limit = 48

/** The text itself first. `undefined`: nested deeper than anything innocent is. */
export function readings(text: string): readonly string[] | undefined {
  const found = new Set([visible(text)])
  for (const reading of found) {
    for (const decode of decoders) {
      for (const decoded of decode(reading)) found.add(visible(decoded))
      if (found.size > limit) return undefined
    }
  }
  return [...found]
}

type Decoder = (text: string) => string[]

const percent: Decoder = (text) =>
  /%[0-9a-f]{2}/i.test(text) ? [text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => utf8(Buffer.from(run.replaceAll('%', ''), 'hex')) ?? '')] : []

const plusAsSpace: Decoder = (text) => (text.includes('+') ? [text.replaceAll('+', ' ')] : [])

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  commat: '@',
  period: '.',
  plus: '+',
  nbsp: ' ',
  colon: ':',
  sol: '/',
}
const html: Decoder = (text) =>
  /&(?:#|[a-z])/i.test(text)
    ? [
        text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));?/gi, (whole, hex?: string, decimal?: string, name?: string) =>
          name ? (named[name.toLowerCase()] ?? whole) : character(hex ? Number.parseInt(hex, 16) : Number(decimal)),
        ),
      ]
    : []

const escapes: Decoder = (text) =>
  text.includes('\\')
    ? [
        text.replace(/\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gi, (_, ...codes: (string | undefined)[]) => {
          const [long, short, byte, plain = ''] = codes
          const code = long ?? short ?? byte
          return code ? character(Number.parseInt(code, 16)) : plain
        }),
      ]
    : []

const quotedPrintable: Decoder = (text) =>
  /=[0-9A-F]{2}/.test(text) ? [text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => character(Number.parseInt(hex, 16)))] : []

/** Short runs without a change of case or a digit are words. */
const base64: Decoder = (text) =>
  runs(text, [/[A-Za-z0-9]{6,}/g, /[A-Za-z0-9+/]{6,}/g, /[A-Za-z0-9_-]{6,}/g])
    .filter((run) => run.length >= 16 || /[a-z][A-Z0-9]|[A-Z]{2}[a-z]|\d[A-Za-z]/.test(run))
    .flatMap((run) => utf8(Buffer.from(run, 'base64')) ?? [])

const hex: Decoder = (text) => runs(text, [/(?:[0-9a-f]{2}){4,}/gi]).flatMap((run) => utf8(Buffer.from(run, 'hex')) ?? [])

const decoders: readonly Decoder[] = [percent, plusAsSpace, html, escapes, quotedPrintable, base64, hex]

const runs = (text: string, patterns: readonly RegExp[]) => [...new Set(patterns.flatMap((pattern) => text.match(pattern) ?? []))]

const decoder = new TextDecoder('utf-8', { fatal: true })

/** `undefined` when the bytes are no text: nobody wrote them to be read. */
function utf8(bytes: Buffer): string | undefined {
  if (bytes.length < 1) return undefined
  try {
    const text = decoder.decode(bytes)
    return /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\s]+$/u.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

const character = (code: number) => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '')
