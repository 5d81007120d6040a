/** Kills a pipeline right before a chosen file-system call, lets the next process recover, and asks the oracle. */
import { spawnSync } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildName } from './builds.ts'
import { createGenerator, deliveries, type Entry, expectationOf, type Random } from './journal.ts'
import { send } from './sender.ts'
import { freePort, startVictim, type Victim } from './victim.ts'

/** Why calls cannot be counted here; `undefined` when they can. */
export function compilerMissing(): string | undefined {
  if (process.platform !== 'linux') return 'file-system calls are counted with LD_PRELOAD, which is for Linux'
  return spawnSync('cc', ['--version']).status === 0 ? undefined : 'a C compiler is missing: install gcc and libc6-dev'
}

const source = fileURLToPath(new URL('kill-at-call.c', import.meta.url))

function compile(directory: string): string {
  const library = join(directory, 'kill-at-call.so')
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The counter could not be compiled: ${stderr}`)
  return library
}

/** Before the n-th call, counted from 1, of one kind or of all. */
export interface Point {
  readonly call: number
  readonly kind?: string
}

export interface Strike {
  readonly point?: Point
  readonly build?: BuildName
  /** From the process's first call on, so that the kill falls into its recovery, instead of from the batch on. */
  readonly fromStart?: boolean
}

export interface Struck {
  readonly killed: boolean
  /** What the oracle found before the batch: what the strike before this one did. */
  readonly findings: readonly string[]
  readonly recoveredMs: number | undefined
  /** Calls by kind of a batch that came through. */
  readonly calls: Readonly<Record<string, number>>
}

export interface Campaign {
  /** Starts the pipeline, lets the oracle judge what is stored, then sends one batch and kills the process at the point. */
  strike(strike: Strike): Promise<Struck>
  /** Lets a sound pipeline recover from the last strike. */
  findings(): Promise<string[]>
  readonly events: number
  readonly deliveries: number
}

/** Of one week and two months. Each batch leaves one out: what it does not touch has to stay as it is. */
const days = ['2026-03-30', '2026-03-31', '2026-04-01']
const ordersInBatch = 12

export async function openCampaign(directory: string, random: Random): Promise<Campaign> {
  await mkdir(directory, { recursive: true })
  const library = compile(directory)
  const report = join(directory, 'calls.txt')
  const port = await freePort()
  const generator = createGenerator(random)
  const entries: Entry[] = []
  /** Sent, and not acknowledged before the process died. */
  let open: Entry[] = []
  let delivered = 0

  const start = ({ point, build = 'sound', fromStart = false }: Strike) =>
    startVictim(
      { place: { directory: join(directory, 'data') }, port, build },
      {
        LD_PRELOAD: library,
        KILL_AT_CALL_REPORT: report,
        ...(point && { KILL_AT_CALL: String(point.call), ...(point.kind && { KILL_AT_KIND: point.kind }) }),
        ...(fromStart && { KILL_AT_CALL_FROM_START: '1' }),
      },
    )
  async function judge(victim: Victim): Promise<string[]> {
    await sendWhileAlive(victim, open)
    open = []
    await victim.drained()
    return victim.findings(expectationOf(entries))
  }
  async function sendBatch(victim: Victim): Promise<void> {
    const leftOut = days[Math.floor(random() * days.length)]
    const batch = generator.batch(
      ordersInBatch,
      days.filter((day) => day !== leftOut),
    )
    entries.push(...batch)
    open = deliveries(batch, random)
    delivered += open.length
    await sendWhileAlive(victim, open)
    open = []
    await victim.drained()
  }
  return {
    get events() {
      return entries.length
    },
    get deliveries() {
      return delivered
    },
    async strike(strike) {
      const startedMs = performance.now()
      const dead = { killed: true, calls: {}, findings: [] as string[], recoveredMs: undefined as number | undefined }
      const victim = await start(strike).catch(unlessKilled)
      if (!victim) return dead
      try {
        dead.findings = await judge(victim)
        dead.recoveredMs = performance.now() - startedMs
        if (!strike.fromStart) await victim.counter('arm')
        await sendBatch(victim)
        await victim.counter('disarm')
      } catch (error) {
        await victim.ended
        if (victim.signal !== 'SIGKILL') throw error
        return dead
      }
      await victim.stop()
      return { ...dead, killed: false, calls: readCalls(await readFile(report, 'utf8')) }
    },
    async findings() {
      const victim = await start({})
      const found = await judge(victim)
      await victim.stop()
      return found
    },
  }
}

async function sendWhileAlive(victim: Victim, entries: readonly Entry[]): Promise<void> {
  const dying = new AbortController()
  void victim.ended.then(() => dying.abort())
  await send(victim.url, entries, { signal: dying.signal })
}

function unlessKilled(error: unknown): undefined {
  if (!String(error).includes('SIGKILL')) throw error
}

const readCalls = (report: string) =>
  Object.fromEntries(
    report
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string])
      .map(([kind, calls]) => [kind, Number(calls)]),
  )

/** Points that meet every kind of call, each kind at the given shares of its calls. */
export const pointsOfEveryKind = (calls: Readonly<Record<string, number>>, shares: readonly number[]): Point[] =>
  Object.entries(calls)
    .filter(([, count]) => count > 0)
    .flatMap(([kind, count]) => [...new Set(shares.map((share) => Math.max(1, Math.floor(share * count))))].map((call) => ({ kind, call })))
