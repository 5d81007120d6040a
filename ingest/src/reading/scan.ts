/** Finds where each event stands in a JSON text and how many keys it was written with: parsing hides that a key came twice. */
import type { Shape } from './json.ts'

interface WrittenPart {
  start: number
  end: number
  keys: number
}

export interface Scan {
  readonly parts: readonly WrittenPart[]
  /** Keys outside the events. */
  readonly keysAround: number
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** @param text valid JSON of the given shape */
export function scanParts(text: string, shape: Shape): Scan {
  if (shape === 'event') return { parts: [{ start: 0, end: text.length, keys: countKeys(text) }], keysAround: 0 }
  const listDepth = shape === 'array' ? 1 : 2
  const isList = (key: string) => shape === 'array' || JSON.parse(key) === shape.list
  let parts: WrittenPart[] = []
  let part: WrittenPart | undefined
  let keysAround = 0
  let depth = 0
  let key = '""'

  const endPart = (end: number) => {
    if (part && text.slice(part.start, end).trim() !== '') parts.push({ ...part, end })
    part = undefined
  }
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if (sign === quote) {
      const end = endOfString(text, at)
      if (depth === 1) key = text.slice(at, end + 1)
      at = end
    } else if (sign === colon) {
      if (part) part.keys += 1
      else keysAround += 1
    } else if (sign === openObject || sign === openArray) {
      depth += 1
      if (sign === openArray && depth === listDepth && isList(key)) {
        parts = []
        part = { start: at + 1, end: 0, keys: 0 }
      }
    } else if (sign === closeObject || sign === closeArray) {
      if (depth === listDepth) endPart(at)
      depth -= 1
    } else if (sign === comma && part && depth === listDepth) {
      endPart(at)
      part = { start: at + 1, end: 0, keys: 0 }
    }
  }
  return { parts, keysAround }
}

function countKeys(text: string): number {
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if (sign === quote) at = endOfString(text, at)
    else if (sign === colon) keys += 1
  }
  return keys
}

/** The place of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end
    while (text.charCodeAt(before - 1) === backslash) before -= 1
    if ((end - before) % 2 === 0) return end
  }
  return text.length
}
