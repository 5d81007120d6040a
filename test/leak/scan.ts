/** Looks for many byte sequences at once in files and texts. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { window } from './people.ts'

export interface Scanner {
  /** The needles found in the bytes; never their text, only how many: test output is output too. */
  count(bytes: Buffer): number
}

/** One pass per haystack whatever the number of needles: the first bytes of each needle are an index into those that start so. */
export function createScanner(needles: readonly string[]): Scanner {
  const byStart = new Map<string, Buffer[]>()
  for (const needle of needles) {
    const bytes = Buffer.from(needle)
    const start = bytes.toString('latin1', 0, window)
    byStart.set(start, [...(byStart.get(start) ?? []), bytes])
  }
  return {
    count(bytes) {
      const text = bytes.toString('latin1')
      let hits = 0
      for (let at = 0; at + window <= text.length; at++) {
        const candidates = byStart.get(text.slice(at, at + window))
        if (candidates?.some((needle) => bytes.subarray(at, at + needle.length).equals(needle))) hits += 1
      }
      return hits
    },
  }
}

/** Hits by file, for all files below a folder. */
export async function scanFolder(scanner: Scanner, folder: string): Promise<Record<string, number>> {
  const hits: Record<string, number> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const found = scanner.count(await readFile(path))
    if (found > 0) hits[path.slice(folder.length + 1)] = found
  }
  return hits
}
