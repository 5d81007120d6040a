/**
 * The pipeline in a process of its own, for tests and benchmarks that kill it. Told what to do by one JSON argument (`ProcessOptions`).
 * Prints `ready` once it takes events and `stored` once its sink has moved past a batch. Ends when its parent does.
 */
import { open } from 'node:fs'
import type { Expectation } from './journal.ts'
import { findings } from './oracle.ts'
import { openPipeline, type PipelineOptions } from './pipeline.ts'

export interface ProcessOptions extends Pick<PipelineOptions, 'place' | 'roles' | 'build'> {
  readonly port: number
}

const { port, ...options } = JSON.parse(process.argv[2] ?? '') as ProcessOptions
const told = new Set<string>()
const tell = (word: string) => {
  if (!told.has(word)) process.stdout.write(`${word}\n`)
  told.add(word)
}
const complain = (message: string, fields?: unknown) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`)

process.once('disconnect', () => process.exit(0))
const pipeline = await openPipeline({
  ...options,
  logger: { debug: () => undefined, info: () => undefined, warn: complain, error: complain },
  advanced: (stage) => stage === 'warehouse' && tell('stored'),
  onFatal(error) {
    complain('a stage can go no further', { error: String(error) })
    process.exit(1)
  },
})
const { http, warehouse, drained } = pipeline
http.post('/chaos/drained', async () => {
  await drained()
  return {}
})
http.post<{ Body: Expectation }>('/chaos/findings', { bodyLimit: 2 ** 30 }, (request) => (warehouse ? findings(warehouse, request.body) : []))
// The file is not there: its name alone tells the counter in this process (`kill-at-call.c`) when to begin and to end.
http.post<{ Params: { what: string } }>('/chaos/counter/:what', async ({ params }) => {
  await new Promise<void>((resolve) => open(`/nonexistent/kill-at-call.${params.what}`, () => resolve()))
  return {}
})
await http.listen({ host: '127.0.0.1', port })
process.once('SIGTERM', () => void pipeline.close().then(() => process.exit(0)))
tell('ready')
