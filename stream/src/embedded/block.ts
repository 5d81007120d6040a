/**
 * Records that were appended together, as one value: a statement for each record would take longer than everything else the log does.
 *
 *   for each record   bytes of its key, bytes of its value   (4 bytes each, big endian)
 *   for each record   key, value
 */
import type { LogRecord, NewRecord, Stored } from '../log.ts'

/** What one block holds at most; a single record may be larger. Small enough that a batch of several blocks keeps to its own limits. */
const blockRecords = 500
const blockBytes = 500_000

const headBytes = 8

/** Splits records into as many runs as there are blocks to make of them. */
export function* inBlocks(records: readonly NewRecord[]): Generator<readonly NewRecord[], void> {
  let from = 0
  let bytes = 0
  for (const [n, { value }] of records.entries()) {
    if (n > from && (n - from === blockRecords || bytes + value.length > blockBytes)) {
      yield records.slice(from, n)
      from = n
      bytes = 0
    }
    bytes += value.length
  }
  if (from < records.length) yield records.slice(from)
}

export function packBlock(records: readonly Stored[]): Buffer {
  const keyBytes = records.map(({ key }) => Buffer.byteLength(key))
  const bytes = records.reduce((sum, { value }, n) => sum + headBytes + (keyBytes[n] ?? 0) + value.length, 0)
  const block = Buffer.allocUnsafe(bytes)
  let head = 0
  let place = records.length * headBytes
  for (const [n, { key, value }] of records.entries()) {
    head = block.writeUInt32BE(keyBytes[n] ?? 0, head)
    head = block.writeUInt32BE(value.length, head)
    place += block.write(key, place)
    block.set(value, place)
    place += value.length
  }
  return block
}

/** The records' values share the block's memory. */
export function unpackBlock(block: Buffer, { offset, records, appendedAtMs }: { offset: number; records: number; appendedAtMs: number }): LogRecord[] {
  let place = records * headBytes
  return Array.from({ length: records }, (_, n) => {
    const valueAt = place + block.readUInt32BE(n * headBytes)
    const key = block.toString('utf8', place, valueAt)
    place = valueAt + block.readUInt32BE(n * headBytes + 4)
    return { offset: offset + n, key, value: block.subarray(valueAt, place), appendedAtMs }
  })
}
