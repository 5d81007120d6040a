/**
 * The newest records of one partition that nobody has moved past yet, as they were appended. A reader that keeps up takes them from here
 * instead of having them read from the file and parsed. Only a shortcut: what it does not hold stands in the file.
 */
import type { LogRecord } from '../log.ts'
import type { BatchLimits } from './batch.ts'

export interface Tail {
  /** Takes records that follow each other, unless it is full or they do not follow its last one. */
  add(records: readonly LogRecord[]): void
  /** Consecutive records from `offset`, as many as one batch may hold; none when it does not hold the offset. */
  read(offset: number): LogRecord[]
  /** Lets go of all that lies before. */
  pass(offset: number): void
  clear(): void
}

/** @param most of one batch; about as much is held. What values were made from takes a few times as much as their bytes. */
export function openTail(most: BatchLimits): Tail {
  let held: LogRecord[] = []
  let bytes = 0
  const first = () => held[0]?.offset ?? 0
  return {
    add(records) {
      const follows = held.length === 0 || records[0]?.offset === first() + held.length
      if (!follows || bytes >= most.bytes) return
      for (const record of records) held.push(record)
      bytes += sizeOf(records)
    },
    read(offset) {
      const from = offset - first()
      if (from < 0 || from >= held.length) return []
      return held.slice(from, from + fitting(held, from, most))
    },
    pass(offset) {
      const passed = held.slice(0, Math.max(offset - first(), 0))
      held = held.slice(passed.length)
      bytes -= sizeOf(passed)
    },
    clear() {
      held = []
      bytes = 0
    },
  }
}

const sizeOf = (records: readonly LogRecord[]) => records.reduce((sum, { value }) => sum + value.byteLength, 0)

/** How many records one batch may hold: as many as its limits allow, and one in any case. */
function fitting(records: readonly LogRecord[], from: number, most: BatchLimits): number {
  let count = 0
  let bytes = 0
  for (let n = from; n < records.length && count < most.records; n++) {
    bytes += (records[n] as LogRecord).value.byteLength
    if (count > 0 && bytes > most.bytes) break
    count++
  }
  return count
}
