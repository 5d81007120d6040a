/**
 * Reads CSV (RFC 4180) line by line. A quote that is never closed costs its own line and not the rest of the file, which is why this
 * is not a library: they read on to the end.
 */
import { createReadStream } from 'node:fs'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { IngestError } from '../errors.ts'

export interface CsvRow {
  /** Where the row starts in the file, from 1. */
  readonly line: number
  readonly fields: readonly string[]
  /** The rule that the row breaks; its fields are a guess then. */
  readonly fault?: string
}

export interface CsvFormat {
  readonly delimiter: string
  readonly encoding: string
}

/** A quoted field that goes on for longer than this was not meant to be one. */
const longestField = 65_536
const longestLine = 1_048_576
const chunkBytes = 262_144

/**
 * The rows of a file, by the chunks it is read in; files that end in .gz are unpacked.
 * @throws IngestError FILE_INVALID when its compression is broken; the file system's error when it cannot be read
 */
export async function* readCsv(path: string, format: CsvFormat): AsyncGenerator<readonly CsvRow[]> {
  const decoder = new TextDecoder(format.encoding)
  const splitter = createSplitter(format.delimiter)
  const unpacked = path.endsWith('.gz') ? createGunzip({ chunkSize: chunkBytes }) : new PassThrough()
  const reading = pipeline(createReadStream(path, { highWaterMark: chunkBytes }), unpacked)
  // The loop below throws the same error; without a listener it would end the process.
  reading.catch(() => undefined)
  try {
    for await (const chunk of unpacked) yield splitter.split(decoder.decode(chunk as Uint8Array, { stream: true }))
    await reading
  } catch (cause) {
    throw isBrokenGzip(cause) ? new IngestError('FILE_INVALID', { detail: 'Its gzip compression is broken or ends early: copy it again.', cause }) : cause
  }
  yield splitter.end(decoder.decode())
}

const isBrokenGzip = (error: unknown) => String((error as { code?: unknown }).code).startsWith('Z_')

export interface Splitter {
  /** The rows that are complete. */
  split(text: string): CsvRow[]
  /** The rows that are left. */
  end(text: string): CsvRow[]
}

export function createSplitter(delimiter: string): Splitter {
  let rest = ''
  let line = 1

  function take(text: string, atEnd: boolean): CsvRow[] {
    const rows: CsvRow[] = []
    let at = 0
    while (at < text.length) {
      const lineEnd = text.indexOf('\n', at)
      if (lineEnd === -1 && !atEnd) break
      const end = lineEnd === -1 ? text.length : lineEnd
      const content = text.slice(at, withoutReturn(text, at, end))
      const quoted = content.includes('"') ? readQuoted(text, { at, atEnd, delimiter }) : undefined
      if (quoted === 'incomplete') break
      if (quoted === 'unclosed') rows.push({ line, fields: content.split(delimiter), fault: 'a quote is not closed' })
      else if (quoted) rows.push(toRow(line, quoted.fields, quoted.fault))
      else if (content !== '') rows.push(toRow(line, content.split(delimiter)))
      const whole = typeof quoted === 'object' ? quoted : { end, lines: 1 }
      at = whole.end + 1
      line += whole.lines
    }
    rest = text.slice(at)
    if (rest.length > longestLine) throw new IngestError('FILE_INVALID', { detail: `Line ${line} has more than ${longestLine} characters.` })
    return rows
  }

  return { split: (text) => take(rest + text, false), end: (text) => take(rest + text, true) }
}

function toRow(line: number, fields: readonly string[], fault?: string): CsvRow {
  if (fault !== undefined) return { line, fields, fault }
  return fields.some((field) => field.includes('\ufffd')) ? { line, fields, fault: 'text is not in the encoding of the mapping' } : { line, fields }
}

interface Quoted {
  readonly fields: readonly string[]
  readonly lines: number
  /** Where the line break after the row is. */
  readonly end: number
  readonly fault?: string
}

interface Place {
  readonly at: number
  readonly atEnd: boolean
  readonly delimiter: string
}

/** One row with quotes in it, which may span lines. */
function readQuoted(text: string, { at: start, atEnd, delimiter }: Place): Quoted | 'incomplete' | 'unclosed' {
  const fields: string[] = []
  let lines = 1
  let fault: string | undefined
  for (let at = start; ; ) {
    let field = ''
    const open = at
    if (text[open] === '"') {
      const close = closingQuote(text, open)
      if (close === undefined) return atEnd || text.length - open > longestField ? 'unclosed' : 'incomplete'
      field = text.slice(open + 1, close).replaceAll('""', '"')
      lines += breaksIn(field)
      at = close + 1
    }
    const end = endOfField(text, at, delimiter)
    if (end === text.length && !atEnd) return 'incomplete'
    const isLast = text[end] !== delimiter
    const plain = text.slice(at, isLast ? withoutReturn(text, at, end) : end)
    if (at > open && plain !== '') {
      // The quote of a later line closed it: the one that opened it was no quote.
      if (lines > 1) return 'unclosed'
      fault = 'text follows a closing quote'
    }
    fields.push(field + plain)
    if (isLast) return { fields, lines, end, ...(fault !== undefined && { fault }) }
    at = end + 1
  }
}

function closingQuote(text: string, open: number): number | undefined {
  for (let at = text.indexOf('"', open + 1); at !== -1 && at - open <= longestField; at = text.indexOf('"', at + 1)) {
    if (text[at + 1] !== '"') return at
    at += 1
  }
  return undefined
}

function endOfField(text: string, at: number, delimiter: string): number {
  for (let end = at; end < text.length; end++) if (text[end] === delimiter || text[end] === '\n') return end
  return text.length
}

const withoutReturn = (text: string, start: number, end: number) => (end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end)

const breaksIn = (text: string) => text.split('\n').length - 1
