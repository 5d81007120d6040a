/** Files as bytes, and what the engine compressed in them as it was before: also of parts that no table reads any more. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** By path below the folder: the bytes as they lie there, and what compressed blocks in them say. */
export async function* readBytes(folder: string): AsyncGenerator<{ path: string; bytes: Buffer }> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    yield { path: path.slice(folder.length + 1), bytes: Buffer.concat([bytes, unpacked(bytes)]) }
  }
}

/** Checksum, then method, length with this head, length unpacked. */
const checksumBytes = 16
const headBytes = 9
const lz4 = 0x82
const plain = 0x02

/** The blocks from the start of a column file; empty for any other file. */
function unpacked(file: Buffer): Buffer {
  const blocks: Buffer[] = []
  for (let at = checksumBytes; at + headBytes <= file.length; ) {
    const method = file[at]
    const [packedBytes, plainBytes] = [file.readUInt32LE(at + 1), file.readUInt32LE(at + 5)]
    const end = at + packedBytes
    if ((method !== lz4 && method !== plain) || packedBytes < headBytes || end > file.length || plainBytes > 2 ** 28) break
    const body = file.subarray(at + headBytes, end)
    blocks.push(method === lz4 ? unpackLz4(body, plainBytes) : body)
    at = end + checksumBytes
  }
  return Buffer.concat(blocks)
}

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
function unpackLz4(packed: Buffer, plainBytes: number): Buffer {
  const out = Buffer.alloc(plainBytes)
  let [from, to] = [0, 0]
  const length = (start: number) => {
    let sum = start
    if (start < 15) return sum
    for (let byte = 255; byte === 255; sum += byte) byte = packed[from++] ?? 0
    return sum
  }
  while (from < packed.length) {
    const token = packed[from++] ?? 0
    const literals = length(token >> 4)
    packed.copy(out, to, from, from + literals)
    from += literals
    to += literals
    if (from >= packed.length) break
    const distance = packed.readUInt16LE(from)
    from += 2
    // One by one: a copy may reach into what it has just written.
    for (let left = length(token & 15) + 4; left > 0; left--, to++) out[to] = out[to - distance] ?? 0
  }
  return out
}
