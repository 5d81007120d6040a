/** The product as it is shipped, under observation: a server in a process of its own, asked over HTTP on connections that stay open. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { askKanalblick, type Server, startKanalblick } from '../test/support/product.ts'

export interface ObservedServer {
  readonly pid: number
  readonly url: string
  /** Sends a batch of CloudEvents. @throws when it is not accepted; `false`: the server asks to wait */
  send(body: Buffer): Promise<boolean>
  query(question: object): Promise<readonly Readonly<Record<string, unknown>>[]>
  get(path: string): Promise<unknown>
  memory(): Memory
  /** What the process has computed so far, all its threads together. */
  processorMs(): number
  /** Of that, in the thread that runs JavaScript. */
  mainThreadMs(): number
  /** What each stage has worked at so far. */
  stages(): Promise<readonly StageWork[]>
  /** Resolves once it has had nothing to do for two seconds. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export interface Memory {
  readonly residentMiB: number
  readonly peakMiB: number
}

export interface StageWork {
  readonly stage: string
  readonly records: number
  readonly batches: number
  /** Between taking a batch and being done with it, waiting included. */
  readonly seconds: number
}

/** Starts a server on the directory, with keys of its own to write to `shop:bench` and to read. */
export async function observeServer(directory: string, env: Readonly<Record<string, string>> = {}): Promise<ObservedServer> {
  const at = ['--data', directory]
  const key = (...args: string[]) => askKanalblick<{ key: string }>(['keys', 'create', ...args, ...at], { env })
  const write = await key('--kind', 'write', '--channel', 'shop', '--instance', 'shop:bench')
  const read = await key('--kind', 'read')
  return observed(
    await startKanalblick(at, {
      env: { KANALBLICK_LOG_LEVEL: 'warn', KANALBLICK_OPERATOR_TOKEN: operatorToken, ...env },
    }),
    {
      write: write.key,
      read: read.key,
    },
  )
}

const operatorToken = randomBytes(32).toString('hex')

function observed(server: Server, keys: { readonly write: string; readonly read: string }): ObservedServer {
  const { url } = server
  const pid = server.process.pid ?? 0
  server.process.stderr?.pipe(process.stderr)
  const agent = new Agent({ keepAlive: true })
  const ask = async (method: string, path: string, options: { key: string; type?: string; body?: Buffer }) => {
    const { status, text } = await call(agent, new URL(path, url), { method, ...options })
    if (status >= 400) throw new Error(`${path} was answered ${status}: ${text}`)
    return JSON.parse(text) as unknown
  }
  return {
    pid,
    url,
    async send(body) {
      const { status, text } = await call(agent, new URL('/v1/events', url), {
        method: 'POST',
        key: keys.write,
        type: 'application/cloudevents-batch+json',
        body,
      })
      if (status === 429 || status === 503) return false
      if (status !== 202 || !text.includes('"malformed":0')) throw new Error(`A batch was answered ${status}: ${text}`)
      return true
    },
    async query(question) {
      const answer = await ask('POST', '/v1/query', { key: keys.read, type: 'application/json', body: Buffer.from(JSON.stringify(question)) })
      return (answer as { rows: Record<string, unknown>[] }).rows
    },
    get: (path) => ask('GET', path, { key: keys.read }),
    memory: () => memoryOf(pid),
    processorMs: () => processorMsOf(pid),
    mainThreadMs: () => cpuTicks(`/proc/${pid}/task/${pid}/stat`) * 10,
    async stages() {
      const { text } = await call(agent, new URL('/metrics', url), { method: 'GET', key: operatorToken })
      const of = (name: string, stage: string) => Number(new RegExp(`^${name}\\{stage="${stage}"\\} (\\S+)`, 'm').exec(text)?.[1] ?? 0)
      return ['consent', 'transform', 'warehouse'].map((stage) => ({
        stage,
        records: of('kanalblick_records_total', stage),
        batches: of('kanalblick_batch_seconds_count', stage),
        seconds: of('kanalblick_batch_seconds_sum', stage),
      }))
    },
    async idle() {
      for (let quiet = 0, before = cpuTicks(`/proc/${pid}/stat`); quiet < 4; ) {
        await delay(500)
        const now = cpuTicks(`/proc/${pid}/stat`)
        quiet = now - before > 5 ? 0 : quiet + 1
        before = now
      }
    },
    async stop() {
      agent.destroy()
      await server.stop()
    },
  }
}

interface Call {
  readonly method: string
  readonly key: string
  readonly type?: string
  readonly body?: Buffer
}

function call(agent: Agent, url: URL, { method, key, type, body }: Call): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${key}`, ...(type && { 'content-type': type }), ...(body && { 'content-length': body.length }) }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What the process has computed so far, all its threads together. */
export const processorMsOf = (pid: number): number => cpuTicks(`/proc/${pid}/stat`) * 10

/** Hundredths of a second that a process or thread has computed. */
function cpuTicks(file: string): number {
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** From the kernel's own account of the process (Linux). */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mebibytes = (name: string) => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024)
  return { residentMiB: mebibytes('VmRSS'), peakMiB: mebibytes('VmHWM') }
}
