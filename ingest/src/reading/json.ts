/**
 * JSON from strangers. One bad event in a batch is marked and its neighbours go on; only what cannot be told apart refuses the body.
 * Marked are: repeated keys, keys that poison prototypes, numbers that do not fit, broken Unicode, excessive depth or size.
 */
import { IngestError } from '../errors.ts'
import { scanParts } from './scan.ts'

export interface EventLimits {
  readonly eventBytes: number
  readonly eventsPerRequest: number
  readonly depth: number
}

/** One event of a body. With a `fault`, the rule it breaks, there is no value. */
export interface Part {
  readonly value?: unknown
  readonly fault?: string
  /** The event as it was written: what a deterministic id can be made of. */
  readonly text: string
}

export interface Parts {
  /** What stands around the events; empty where nothing does. */
  readonly envelope: Readonly<Record<string, unknown>>
  readonly events: readonly Part[]
}

/** Where the events are: the body is one, the body is an array of them, or the body is an object that has them in an array. */
export type Shape = 'event' | 'array' | { readonly list: string }

/** @throws IngestError BODY_NOT_JSON, BODY_INVALID, TOO_MANY_EVENTS */
export function readParts(body: Uint8Array, shape: Shape, limits: EventLimits): Parts {
  const text = decode(body)
  const { envelope, values } = takeApart(parse(text), shape)
  if (values.length > limits.eventsPerRequest) throw new IngestError('TOO_MANY_EVENTS', { detail: `At most ${limits.eventsPerRequest} are.` })
  const scan = scanParts(text, shape)
  const around = inspect(envelope, limits.depth)
  const fault = around.fault ?? (scan.keysAround === around.keys + (typeof shape === 'object' ? 1 : 0) ? undefined : 'has a key twice')
  if (fault !== undefined) throw new IngestError('BODY_INVALID', { detail: `It ${fault}.` })

  const events = values.map((value, index): Part => {
    const { start, end, keys } = scan.parts[index] ?? { start: 0, end: text.length, keys: -1 }
    const written = text.slice(start, end)
    if (Buffer.byteLength(written) > limits.eventBytes) return { fault: `is larger than ${limits.eventBytes} bytes`, text: written }
    const inspected = inspect(value, limits.depth)
    const fault = inspected.fault ?? (inspected.keys === keys ? undefined : 'has a key twice')
    return fault === undefined ? { value, text: written } : { fault, text: written }
  })
  return { envelope, events }
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new IngestError('BODY_NOT_JSON', { cause })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw new IngestError('BODY_NOT_JSON')
  }
}

function takeApart(value: unknown, shape: Shape): { envelope: Record<string, unknown>; values: readonly unknown[] } {
  if (shape === 'event') return { envelope: {}, values: [value] }
  if (shape === 'array') {
    if (!Array.isArray(value)) throw new IngestError('BODY_INVALID', { detail: 'An array of events is expected.' })
    return { envelope: {}, values: value }
  }
  const list = isRecord(value) && Object.hasOwn(value, shape.list) ? value[shape.list] : undefined
  if (!isRecord(value) || !Array.isArray(list)) throw new IngestError('BODY_INVALID', { detail: `An object with an array "${shape.list}" is expected.` })
  const { [shape.list]: _, ...envelope } = value
  return { envelope, values: list }
}

interface Inspected {
  keys: number
  fault?: string
}

function inspect(root: unknown, maxDepth: number): Inspected {
  const inspected: Inspected = { keys: 0 }
  visit(root, maxDepth, inspected)
  return inspected
}

/** @param depth how much deeper it may go */
function visit(value: unknown, depth: number, found: Inspected): void {
  if (typeof value === 'string') return note(found, loneSurrogate.test(value) ? 'has text that is not Unicode' : undefined)
  if (typeof value === 'number') return note(found, numberFault(value))
  if (typeof value !== 'object' || value === null) return
  if (depth === 0) return note(found, 'nests too deep')
  if (Array.isArray(value)) {
    for (const element of value) visit(element, depth - 1, found)
    return
  }
  for (const [key, property] of Object.entries(value)) {
    found.keys += 1
    note(found, keyFault(key, property))
    visit(property, depth - 1, found)
  }
}

function note(found: Inspected, fault: string | undefined): void {
  if (fault !== undefined) found.fault ??= fault
}

function keyFault(key: string, property: unknown): string | undefined {
  if (key === '__proto__' || (key === 'constructor' && isRecord(property) && Object.hasOwn(property, 'prototype'))) return 'has a key that is not allowed'
  return loneSurrogate.test(key) ? 'has text that is not Unicode' : undefined
}

const loneSurrogate = /\p{Surrogate}/u

/** Beyond 2^53 two different order numbers would read as one. */
function numberFault(value: number): string | undefined {
  if (!Number.isFinite(value)) return 'has a number that is out of range'
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? 'has a number with more digits than JSON numbers keep: send it as a string' : undefined
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
