/** What runs in the thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { type KeyringLocation, openKeyring } from '@kanalblick/consent/keyring'
import { createCollect, createRequestReader, IngestError, type IngestLimits, type ReadRequest, type Sender, type SentRequest } from '@kanalblick/ingest'

export interface ReaderData {
  readonly keys: Pick<KeyringLocation, 'directory'> & { readonly masterKey: Uint8Array }
  readonly partitions: number
  readonly limits: IngestLimits
}

/** Without a sender the question is whose write key stands in the body. */
export interface Question {
  readonly number: number
  readonly request: SentRequest
  readonly sender?: Sender
}

/** An error's own fields do not pass from thread to thread, so errors go as what they are made of. */
export interface Answer {
  readonly number: number
  readonly value?: unknown
  readonly refused?: Pick<IngestError, 'code' | 'detail'>
  readonly failed?: Pick<Error, 'name' | 'message' | 'stack'> & { readonly code?: unknown }
}

const { keys, partitions, limits } = workerData as ReaderData
const keyring = openKeyring({ ...keys, now: () => new Date() })
const reader = createRequestReader({ collect: createCollect({ ...keyring, partitions }), limits })

parentPort?.on('message', (question: Question) => void answer(question))

async function answer({ number, request, sender }: Question): Promise<void> {
  try {
    if (sender) hand(number, await reader.read(request, sender))
    else tell({ number, value: await reader.writeKeyIn(request) })
  } catch (error) {
    if (error instanceof IngestError) return tell({ number, refused: { code: error.code, detail: error.detail } })
    const { name, message, stack, code } = error as Error & { code?: unknown }
    tell({ number, failed: { name, message, ...(stack !== undefined && { stack }), ...(code !== undefined && { code }) } })
  }
}

const tell = (answer: Answer, moved: readonly ArrayBuffer[] = []) => parentPort?.postMessage(answer, moved)

/** The bytes of the records are moved, not copied; what they were made from stays here. */
function hand(number: number, read: ReadRequest): void {
  const records = read.records.map(({ topic, key, value }) => ({ topic, key, value }))
  tell({ number, value: { ...read, records } }, [...new Set(records.map(({ value }) => value.buffer as ArrayBuffer))])
}
