/** Writes a package as a zip, as fast as it is read. */
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { packageFiles } from './files.ts'
import type { AccessPackage } from './input.ts'
import type { AccessManifest } from './manifest.ts'

export interface AccessZip {
  /** The bytes. Fails with what a store fails with; destroying it stops the reading of the stores. */
  readonly stream: Readable
  /** Complete once the stream has ended. */
  readonly manifest: () => AccessManifest
}

/**
 * The same package gives the same bytes.
 * @throws Error when two stores would share a file
 */
export function zipAccessPackage(input: AccessPackage): AccessZip {
  const { files, manifest } = packageFiles(input)
  const zip = new ZipFile()
  const stream = zip.outputStream as Readable
  const options = { mtime: wallClock(input.request.generatedAt), mode: 0o100600, forceDosTimestamp: true }
  let reading: Readable | undefined
  for (const { path, content } of files) {
    zip.addReadStreamLazy(path, options, (pump) => {
      reading = Readable.from(content(), { objectMode: false })
      reading.once('error', (error) => stream.destroy(error))
      pump(null, reading)
    })
  }
  stream.once('close', () => reading?.destroy())
  zip.end()
  return { stream, manifest }
}

/** A zip holds times without a zone, and the library writes the machine's. This is the date whose local time reads as that in UTC. */
function wallClock(time: string): Date {
  const utc = new Date(time)
  return new Date(utc.getUTCFullYear(), utc.getUTCMonth(), utc.getUTCDate(), utc.getUTCHours(), utc.getUTCMinutes(), utc.getUTCSeconds())
}
