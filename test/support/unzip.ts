/** The files of a zip, read through its directory. Throws when the bytes of a file are not those that its checksum was made of. */
import { crc32, inflateRawSync } from 'node:zlib'

const endSignature = 0x06054b50
const deflated = 8

export function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(uint32(endSignature))
  const files = new Map<string, Buffer>()
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, checksum, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20)]
    const [nameLength, extraLength, commentLength, local] = [28, 30, 32, 42].map((offset) =>
      offset === 42 ? zip.readUInt32LE(at + offset) : zip.readUInt16LE(at + offset),
    ) as [number, number, number, number]
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const stored = zip.subarray(start, start + size)
    const content = method === deflated ? inflateRawSync(stored) : stored
    if (crc32(content) !== checksum) throw new Error(`${name} is damaged.`)
    files.set(name, content)
    at += 46 + nameLength + extraLength + commentLength
  }
  return files
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
