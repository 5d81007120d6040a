/** Free text that goes on to zone analytics: kept as it is or removed, never edited. A path keeps its form, without what looks like an id. */
import { identifies, looksRandom, namesAddress } from './detectors.ts'
import { readings } from './readings.ts'

/** @returns the text; `undefined` when it gives a person away or mentions one of `names` */
export type Scrub = (text: string, names: readonly string[]) => string | undefined

export interface Scrubbers {
  /** Product names, titles, lists. */
  readonly scrub: Scrub
  /** Values of utm parameters: words, digits and the signs that campaigns are named with. */
  readonly scrubSlug: Scrub
  /** Article numbers: any form is theirs, so only an address or a long identifier of the event's own subject is removed; '' then. */
  readonly scrubCode: (text: string, names: readonly string[]) => string
  /** Host names. */
  readonly scrubHost: Scrub
  /** URL paths: a segment that is or may be an id becomes `:id`. */
  readonly scrubPath: Scrub
}

interface Finding {
  readonly identifying: boolean
  /** Holds an e-mail address or a phone number in international form: what no article number is. */
  readonly address: boolean
  /** All readings without case and punctuation: what `names` are looked for in. */
  readonly plain: readonly string[]
}

const remembered = 20_000
const shortestName = 4
/** A customer number of five digits may well be an article number too. */
const shortestNameInCode = 8

/** Letters and digits only, lower case: "Max.Mustermann@example.com" is mentioned by "max-mustermann-example-com" too. */
export const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

export function createScrubbers(): Scrubbers {
  const findings = new Map<string, Finding>()
  /** Product names repeat: remembered, up to a bound. */
  function find(text: string): Finding {
    const known = findings.get(text)
    if (known) return known
    const all = readings(text)
    const finding = all
      ? { identifying: all.some(identifies), address: all.some(namesAddress), plain: all.map(plain) }
      : { identifying: true, address: true, plain: [] }
    if (findings.size >= remembered) findings.clear()
    findings.set(text, finding)
    return finding
  }
  const mentions = ({ plain }: Finding, names: readonly string[], shortest: number) =>
    names.some((name) => name.length >= shortest && plain.some((reading) => reading.includes(name)))
  const gives = (text: string, names: readonly string[]) => {
    const finding = find(text)
    return finding.identifying || mentions(finding, names, shortestName)
  }
  const givesCode = (text: string, names: readonly string[]) => {
    const finding = find(text)
    return finding.address || mentions(finding, names, shortestNameInCode)
  }

  return {
    scrub: (text, names) => (gives(text, names) ? undefined : text),
    scrubCode: (text, names) => (givesCode(text, names) ? '' : text),
    scrubSlug: (text, names) => (/^[\p{L}\p{N}][\p{L}\p{N} _.|:/,+&()!'-]*$/u.test(text) && !gives(text, names) ? text : undefined),
    scrubHost: (text, names) => (/^[a-z0-9.-]+$/i.test(text) && !gives(text, names) ? text : undefined),
    scrubPath: (text, names) =>
      (/^[^?#]*/.exec(text) as RegExpExecArray)[0]
        .split('/')
        .map((segment) => (segment !== '' && (looksLikeId(segment) || gives(segment, names)) ? ':id' : segment))
        .join('/'),
  }
}

/** Anything but a slug, of whichever script; four digits or more, unless they are a year; random characters. */
const looksLikeId = (segment: string) =>
  !/^[\p{L}\p{N}][\p{L}\p{N}._,~+-]*$/u.test(decoded(segment)) ||
  (segment.match(/\d{4,}/g) ?? []).some((digits) => !/^(?:19|20)\d\d$/.test(digits)) ||
  (segment.length >= 10 && /^[A-Za-z0-9_-]+$/.test(segment) && looksRandom(segment))

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment).normalize('NFC')
  } catch {
    return ''
  }
}
