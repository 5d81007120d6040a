/** Reads a request's body, plain or gzip, and stops at the limits. */
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { IngestError } from '../errors.ts'

export interface BodyLimits {
  readonly bodyBytes: number
  readonly decompressedBytes: number
}

const unzip = promisify(gunzip)

/** @throws IngestError BODY_TOO_LARGE, BODY_UNREADABLE, ENCODING_UNSUPPORTED */
export async function readBody(request: IncomingMessage, { bodyBytes, decompressedBytes }: BodyLimits): Promise<Uint8Array> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding)) throw new IngestError('ENCODING_UNSUPPORTED')
  const tooLarge = () => new IngestError('BODY_TOO_LARGE', { detail: `At most ${bodyBytes} bytes, ${decompressedBytes} after gzip.` })
  if (Number(request.headers['content-length'] ?? 0) > bodyBytes) throw tooLarge()
  const body = await readAll(request, bodyBytes, tooLarge)
  if (encoding === 'identity') {
    if (body.length > decompressedBytes) throw tooLarge()
    return body
  }
  try {
    return await unzip(body, { maxOutputLength: decompressedBytes })
  } catch (cause) {
    throw (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : new IngestError('BODY_UNREADABLE', { cause })
  }
}

async function readAll(request: IncomingMessage, limit: number, tooLarge: () => Error): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    // The socket stays open for the answer; node discards what the client still sends.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length
      if (bytes > limit) break
      chunks.push(chunk as Buffer)
    }
  } catch (cause) {
    throw new IngestError('BODY_UNREADABLE', { cause })
  }
  if (bytes > limit) throw tooLarge()
  return Buffer.concat(chunks, bytes)
}
