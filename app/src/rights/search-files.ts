/** Searches files for keys as bytes: whatever a table says, nothing of an erased person may be left in a file. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'

/** `v1:…:` and 32 hexadecimal digits: the digits are what names somebody. */
const digits = 32
const chunkBytes = 4 * 2 ** 20

/** Blocks: it is made for a process of its own. @returns how many places of all files below the folder hold one of the keys; files that vanish meanwhile hold none */
export function searchFiles(folder: string, keys: readonly string[]): number {
  const wanted = new Set(keys.map((key) => key.slice(-digits)))
  if (wanted.size === 0) return 0
  const buffer = Buffer.alloc(chunkBytes + digits - 1)
  let found = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) found += searchFile(join(entry.parentPath, entry.name), wanted, buffer)
  }
  return found
}

function searchFile(path: string, wanted: ReadonlySet<string>, buffer: Buffer): number {
  const file = openUnlessGone(path)
  if (file === undefined) return 0
  let found = 0
  try {
    // Chunks overlap by less than a key, so that none is missed and none counted twice.
    for (let kept = 0; ; ) {
      const bytesRead = readSync(file, buffer, kept, chunkBytes, null)
      if (bytesRead === 0) return found
      const end = kept + bytesRead
      found += countIn(buffer, end, wanted)
      kept = Math.min(digits - 1, end)
      buffer.copyWithin(0, end - kept, end)
    }
  } finally {
    closeSync(file)
  }
}

/** Whatever is as long as a key holds a byte at one of the places that are looked at: most of a file is not. */
function countIn(bytes: Buffer, end: number, wanted: ReadonlySet<string>): number {
  let found = 0
  for (let at = digits - 1; at < end; at += digits) {
    if (!isDigit(bytes[at])) continue
    let from = at
    while (isDigit(bytes[from - 1])) from--
    while (at < end && isDigit(bytes[at])) at++
    for (let start = from; start + digits <= at; start++) if (wanted.has(bytes.toString('latin1', start, start + digits))) found++
  }
  return found
}

/** `0` to `9`, `a` to `f` */
const isDigit = (byte = 0) => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)

function openUnlessGone(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}
