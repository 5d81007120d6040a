/** A pipeline process that is meant to be killed: started, asked, killed and started again on the same port. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { repository, until } from '../support/product.ts'
import type { Expectation } from './journal.ts'
import type { ProcessOptions } from './process.ts'

const program = fileURLToPath(new URL('../dist/chaos/process.js', import.meta.url))

export interface Victim {
  readonly url: string
  /** Milliseconds from spawning to `ready`, and to the first batch in the warehouse once that is there. */
  readonly readyMs: number
  readonly storedMs: number | undefined
  readonly alive: boolean
  /** What ended the process. */
  readonly signal: NodeJS.Signals | null
  /** Resolves when the process has ended, however it did. */
  readonly ended: Promise<unknown>
  kill(): Promise<void>
  stop(): Promise<void>
  drained(): Promise<void>
  findings(expectation: Expectation): Promise<string[]>
  /** `arm` makes the preloaded counter begin, `disarm` makes it report. */
  counter(what: 'arm' | 'disarm'): Promise<void>
}

/** @throws when the process ends before it is ready, with what it said */
export async function startVictim(options: ProcessOptions, env: Readonly<Record<string, string>> = {}): Promise<Victim> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    cwd: repository,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = once(child, 'close')
  let said = ''
  let complaints = ''
  let storedMs: number | undefined
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.includes('stored')) storedMs ??= performance.now() - startedMs
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000)
  })
  const ready = new Promise<true>((resolve) => child.stdout?.on('data', () => said.includes('ready') && resolve(true)))
  if ((await Promise.race([ready, ended])) !== true) throw new Error(`The process ended before it was ready: ${howEnded(child)} ${complaints}`)
  const url = `http://127.0.0.1:${options.port}`
  const post = async <Answer>(path: string, body: unknown = {}) => {
    const answer = await fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as Answer
  }
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  return {
    url,
    readyMs: performance.now() - startedMs,
    get storedMs() {
      return storedMs
    },
    get alive() {
      return child.exitCode === null && child.signalCode === null
    },
    get signal() {
      return child.signalCode
    },
    ended,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    drained: () => post('/chaos/drained'),
    findings: (expectation) => post('/chaos/findings', expectation),
    counter: (what) => post(`/chaos/counter/${what}`),
  }
}

const howEnded = ({ exitCode, signalCode }: ChildProcess) => `code ${exitCode}, signal ${signalCode}.`

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await until(() => server.listening, 'a port is free')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
