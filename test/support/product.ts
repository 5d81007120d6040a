/** Kanalblick as its users run it: the real command line in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../../', import.meta.url))
const cli = join(repository, 'app/dist/cli.js')

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  readonly finished: Promise<Finished>
  /** Signal 9, then waits for the end. */
  kill(): Promise<Finished>
  /** Signal 15, then waits for the end. */
  stop(): Promise<Finished>
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly uid?: number
}

export function spawnKanalblick(args: readonly string[], { env = {}, uid }: RunOptions = {}): Running {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: repository,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    // The pipe between the two ends a server whose test was cut off.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const finished = once(child, 'close').then((ended) => {
    const [code, signal] = ended as [number | null, NodeJS.Signals | null]
    return { code, signal, stdout, stderr }
  })
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return finished
  }
  return { process: child, finished, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}

export const runKanalblick = (args: readonly string[], options?: RunOptions): Promise<Finished> => spawnKanalblick(args, options).finished

/** Runs a command with --json and reads its answer. @throws when the command fails, with what it printed */
export async function askKanalblick<Answer>(args: readonly string[], options?: RunOptions): Promise<Answer> {
  const { code, stdout, stderr } = await runKanalblick([...args, '--json'], options)
  if (code !== 0) throw new Error(`kanalblick ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
  return JSON.parse(stdout) as Answer
}

export interface Server extends Running {
  readonly url: string
  /** The one-time link to the dashboard, as long as nobody has signed in. */
  readonly signIn: string | undefined
}

/** Starts a server on a free port and waits until it says that it is ready. A new data directory stays empty unless the demo is asked for. */
export async function startKanalblick(args: readonly string[], { demo = false, ...options }: RunOptions & { readonly demo?: boolean } = {}): Promise<Server> {
  const running = spawnKanalblick(['start', '--port', '0', '--json', ...(demo ? [] : ['--empty']), ...args], options)
  let output = ''
  const ready = new Promise<{ url: string; signIn?: string }>((resolve) => {
    running.process.stdout?.on('data', (text: string) => {
      output += text
      const printed = /^\{.*^\}$/ms.exec(output)?.[0]
      if (printed) resolve(JSON.parse(printed) as { url: string; signIn?: string })
    })
  })
  const started = await Promise.race([ready, running.finished])
  if (!('url' in started)) throw new Error(`The server ended with ${started.code} before it was ready: ${started.stderr}${started.stdout}`)
  return { ...running, url: started.url, signIn: started.signIn }
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'kanalblick-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Waits until the condition holds; fails with its name after the deadline. */
export async function until(condition: () => Promise<boolean> | boolean, what: string, deadlineMs = 60_000): Promise<void> {
  const endMs = Date.now() + deadlineMs
  for (;;) {
    const askedAtMs = Date.now()
    if (await condition()) return
    if (Date.now() > endMs) throw new Error(`Waited ${deadlineMs} ms in vain until ${what}.`)
    // To ask must not hold up what is waited for: what takes long to answer is asked less often.
    const pauseMs = Math.min(500, Math.max(25, 5 * (Date.now() - askedAtMs)))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
