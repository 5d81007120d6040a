/** Searches files for keys as bytes: whatever a table says, nothing of an erased person may be left in a file. */
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** `v1:…:` and 32 hexadecimal digits: the digits are what names somebody. */
const digits = 32
const run = /[0-9a-f]{32,}/g
const chunkBytes = 4 * 2 ** 20

/** @returns how many places of all files below the folder hold one of the keys; files that vanish meanwhile hold none */
export async function searchFiles(folder: string, keys: readonly string[]): Promise<number> {
  const wanted = new Set(keys.map((key) => key.slice(-digits)))
  if (wanted.size === 0) return 0
  let found = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) found += await searchFile(join(entry.parentPath, entry.name), wanted)
  }
  return found
}

async function searchFile(path: string, wanted: ReadonlySet<string>): Promise<number> {
  const file = await open(path).catch(unlessGone)
  if (!file) return 0
  const buffer = Buffer.alloc(chunkBytes + digits - 1)
  let found = 0
  try {
    // Chunks overlap by less than a key, so that none is missed and none counted twice.
    for (let kept = 0; ; ) {
      const { bytesRead } = await file.read(buffer, kept, chunkBytes)
      if (bytesRead === 0) return found
      const end = kept + bytesRead
      found += countIn(buffer.toString('latin1', 0, end), wanted)
      kept = Math.min(digits - 1, end)
      buffer.copyWithin(0, end - kept, end)
    }
  } finally {
    await file.close()
  }
}

function countIn(text: string, wanted: ReadonlySet<string>): number {
  let found = 0
  for (const [hex] of text.matchAll(run)) {
    for (let at = 0; at + digits <= hex.length; at++) if (wanted.has(hex.slice(at, at + digits))) found++
  }
  return found
}

function unlessGone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  return undefined
}
