/** Free text that goes on to zone analytics: kept as it is or removed, never edited. A path keeps its form, without what looks like an id. */
import { createRecent } from '../recent.ts'
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

/** What is known of a text, whoever it may mention. */
interface Finding {
  /** What the text becomes as long as it mentions nobody. */
  readonly cleaned: string | undefined
  /** All its readings without case and punctuation, a line each: what names are looked for in. No name holds a line break. */
  readonly plain: string
}

const remembered = 20_000
const shortestName = 4
/** A customer number of five digits may well be an article number too. */
const shortestNameInCode = 8

/** Letters and digits only, lower case: "Max.Mustermann@example.com" is mentioned by "max-mustermann-example-com" too. */
export const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

export function createScrubbers(): Scrubbers {
  return {
    scrub: createScrub(shortestName, (text) => (identifying(text) ? undefined : text)),
    scrubCode: createScrub(shortestNameInCode, (text) => ((readings(text)?.some(namesAddress) ?? true) ? '' : text), '') as Scrubbers['scrubCode'],
    scrubSlug: createScrub(shortestName, (text) => (/^[\p{L}\p{N}][\p{L}\p{N} _.|:/,+&()!'-]*$/u.test(text) && !identifying(text) ? text : undefined)),
    scrubHost: createScrub(shortestName, (text) => (/^[a-z0-9.-]+$/i.test(text) && !identifying(text) ? text : undefined)),
    scrubPath: createScrubPath(),
  }
}

const identifying = (text: string): boolean => readings(text)?.some(identifies) ?? true

/** @param removed what is left of a text that mentions somebody */
function createScrub(shortest: number, clean: (text: string) => string | undefined, removed?: string): Scrub {
  const find = rememberFindings((text) => ({ cleaned: clean(text), plain: plainReadings(text) }))
  return (text, names) => {
    const finding = find(text)
    return mentions(finding, names, shortest) ? removed : finding.cleaned
  }
}

/** Segment by segment: a path that mentions somebody keeps the others. */
function createScrubPath(): Scrub {
  const scrubSegment = createScrub(shortestName, (segment) => (looksLikeId(segment) || identifying(segment) ? ':id' : segment), ':id')
  const scrubSegments = (text: string, names: readonly string[]) =>
    segmentsOf(text)
      .map((segment) => (segment === '' ? '' : scrubSegment(segment, names)))
      .join('/')
  const find = rememberFindings((text) => ({ cleaned: scrubSegments(text, []), plain: segmentsOf(text).map(plainReadings).join('\n') }))
  return (text, names) => {
    const finding = find(text)
    return mentions(finding, names, shortestName) ? scrubSegments(text, names) : finding.cleaned
  }
}

const segmentsOf = (text: string) => (/^[^?#]*/.exec(text) as RegExpExecArray)[0].split('/')

const plainReadings = (text: string) => (readings(text) ?? []).map(plain).join('\n')

function mentions({ plain }: Finding, names: readonly string[], shortest: number): boolean {
  for (const name of names) if (name.length >= shortest && plain.includes(name)) return true
  return false
}

/** Names of products, campaigns and pages repeat: remembered, up to a bound. */
function rememberFindings(find: (text: string) => Finding): (text: string) => Finding {
  const findings = createRecent<Finding>(remembered)
  // Neighbours in a batch have much in common: comparing with the last text costs a tenth of looking it up.
  let lastText: string | undefined
  let last: Finding | undefined
  return (text) => {
    if (last && text === lastText) return last
    let finding = findings.get(text)
    if (!finding) {
      finding = find(text)
      findings.set(text, finding)
    }
    last = finding
    lastText = text
    return finding
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
