/**
 * Reads requests in a thread of its own: while it parses, checks and seals the events of one request, the thread that runs everything else
 * is free for the stages. See docs/decisions/0019-requests-are-read-apart.md.
 */
import { Worker } from 'node:worker_threads'
import { IngestError, type ReadRequest, type RequestReader, type SentRequest } from '@kanalblick/ingest'
import type { Answer, Question, ReaderData } from './thread.ts'

/** A smaller body is read sooner than handed over: that of a browser, which sends an event at a time. */
const smallBytes = 8_192

export interface ReaderThread extends RequestReader {
  /** Ends the thread. What is being read is given up: nobody was told yet that it was accepted. */
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface ReaderThreadParts {
  readonly data: ReaderData
  /** Reads small requests in this thread. */
  readonly here: RequestReader
  /** Called when the thread ended by itself: no large request can be read any more. */
  readonly onFatal: (error: unknown) => void
}

export function openReaderThread({ data, here, onFatal }: ReaderThreadParts): ReaderThread {
  const worker = startThread(data)
  const waiting = new Map<number, Waiting>()
  let asked = 0
  let open = true
  const ask = (question: Omit<Question, 'number'>, moved: readonly ArrayBuffer[] = []) =>
    new Promise<unknown>((resolve, reject) => {
      if (!open) return reject(ended())
      waiting.set(++asked, { resolve, reject })
      worker.postMessage({ ...question, number: asked }, moved)
    })
  const end = (error: unknown) => {
    if (!open) return
    open = false
    onFatal(error)
  }
  worker.on('message', (answer: Answer) => {
    const asker = waiting.get(answer.number)
    waiting.delete(answer.number)
    if (answer.refused) asker?.reject(new IngestError(answer.refused.code, answer.refused))
    else if (answer.failed) asker?.reject(Object.assign(new Error(), answer.failed))
    else asker?.resolve(answer.value)
  })
  worker.on('error', end)
  worker.on('messageerror', end)
  worker.once('exit', () => {
    end(ended())
    for (const { reject } of waiting.values()) reject(ended())
    waiting.clear()
  })
  return {
    writeKeyIn: (request) => (isSmall(request) ? here.writeKeyIn(request) : (ask({ request }) as Promise<string | undefined>)),
    read: (request, sender) => (isSmall(request) ? here.read(request, sender) : (ask({ request, sender }, ownBuffer(request)) as Promise<ReadRequest>)),
    async close() {
      open = false
      await worker.terminate()
    },
  }
}

/** The body's memory goes over to the thread, unless other buffers share it. Nobody here reads it again. */
const ownBuffer = ({ body }: SentRequest) => (body.byteLength === body.buffer.byteLength ? [body.buffer as ArrayBuffer] : [])

const isSmall = ({ body }: SentRequest) => body.length < smallBytes

function startThread(workerData: ReaderData): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('thread.js', import.meta.url), { workerData })
  // From the sources: a thread does not get the loader that this one was started with.
  const [loader, thread] = [import.meta.resolve('tsx/esm/api'), new URL('thread.ts', import.meta.url).href]
  const load = `import('${loader}').then(({ register }) => (register(), import('${thread}')))`
  return new Worker(load, { eval: true, execArgv: ['--conditions=source'], workerData })
}

const ended = () => Object.assign(new Error('The thread that reads requests has ended.'), { code: 'READER_ENDED' })
