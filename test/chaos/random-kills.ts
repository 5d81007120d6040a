/** Kills processes at random moments while a client keeps sending, and asks the oracle every so often. */
import { setTimeout as delay } from 'node:timers/promises'
import { createGenerator, deliveries, type Entry, type Expectation, expectationOf, type Random } from './journal.ts'
import type { ProcessOptions } from './process.ts'
import { nothingSent, type Sent, send } from './sender.ts'
import { startVictim, type Victim } from './victim.ts'

/** A process that is started again whenever it ends. */
export interface Actor {
  readonly name: string
  /** The running process, once it is ready. */
  ready(): Promise<Victim>
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface Recoveries {
  /** Milliseconds from the start of a process until it takes events. */
  readonly readyMs: number[]
  /** Milliseconds from the start of a process until its first batch is in the warehouse, of those that were given the time. */
  readonly storedMs: number[]
}

export function act(name: string, options: ProcessOptions, { readyMs }: Recoveries): Actor {
  let stopping = false
  const start = async (): Promise<Victim> => {
    for (;;) {
      try {
        const victim = await startVictim(options)
        readyMs.push(victim.readyMs)
        void victim.ended.then(() => {
          if (!stopping) current = start()
        })
        return victim
      } catch (error) {
        // A store is away, or a server it depends on: try again, as a supervisor does.
        if (stopping) throw error
        await delay(100)
      }
    }
  }
  let current = start()
  const ready = async (): Promise<Victim> => {
    for (;;) {
      const victim = await current
      if (victim.alive) return victim
      await victim.ended
    }
  }
  return {
    name,
    ready,
    async kill() {
      await (await ready()).kill()
    },
    async stop() {
      stopping = true
      await current.then(
        (victim) => victim.stop(),
        () => undefined,
      )
    },
  }
}

export interface Scene {
  readonly url: string
  readonly random: Random
  /** One of them is killed each time. */
  readonly victims: readonly Pick<Actor, 'name' | 'kill' | 'ready'>[]
  /** Resolves once everything acknowledged is stored and shown. */
  drained(): Promise<void>
  findings(expectation: Expectation): Promise<string[]>
}

export interface Course {
  readonly kills: number
  /** After so many kills everything is let settle and the oracle is asked. */
  readonly askedEvery: number
  /** Asked before each kill whether to end earlier. */
  readonly isOver?: () => boolean
  readonly told?: (progress: { kills: number; events: number; findings: number }) => void
}

export interface Toll {
  readonly kills: Readonly<Record<string, number>>
  readonly events: number
  readonly deliveries: number
  readonly sent: Sent
  readonly findings: readonly string[]
}

const shortestMs = 20
const longestMs = 400
const mostBatches = 4

export async function killAtRandom(scene: Scene, { kills, askedEvery, isOver = () => false, told }: Course): Promise<Toll> {
  const { random, victims } = scene
  const client = keepSending(scene)
  const toll: Record<string, number> = {}
  const findings: string[] = []
  const ask = async () => {
    await client.paused(async () => {
      await scene.drained()
      findings.push(...(await scene.findings(expectationOf(client.entries))))
    })
  }
  let done = 0
  for (; done < kills && !isOver() && findings.length === 0; done++) {
    if (done > 0 && done % askedEvery === 0) {
      await ask()
      told?.({ kills: done, events: client.entries.length, findings: findings.length })
    }
    const victim = victims[Math.floor(random() * victims.length)] as Actor
    await Promise.race([victim.ready(), client.failed])
    // On a busy machine the moments alone would all be before anything has happened.
    const wanted = client.batches + Math.floor(random() * mostBatches)
    while (client.batches < wanted) await Promise.race([delay(10), client.failed])
    await delay(shortestMs + random() * (longestMs - shortestMs))
    await victim.kill()
    toll[victim.name] = (toll[victim.name] ?? 0) + 1
  }
  await client.finish()
  await ask()
  told?.({ kills: done, events: client.entries.length, findings: findings.length })
  return { kills: toll, events: client.entries.length, deliveries: client.deliveries, sent: client.sent, findings }
}

const ordersInBatch = 5
const pauseMs = 30

/** One batch after the other, each repeated until it is acknowledged. */
function keepSending({ url, random }: Scene) {
  const generator = createGenerator(random)
  const entries: Entry[] = []
  const sent = nothingSent()
  let delivered = 0
  let batches = 0
  let stopping = false
  let turn: Promise<unknown> = Promise.resolve()
  /** Batches and pauses come one at a time. */
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  const sendBatch = (batch: readonly Entry[]) =>
    inTurn(async () => {
      const copies = deliveries(batch, random)
      await send(url, copies, { sent })
      entries.push(...batch)
      delivered += copies.length
      batches += 1
    })
  const running = (async () => {
    while (!stopping) {
      await sendBatch(generator.batch(ordersInBatch))
      await delay(pauseMs)
    }
    await sendBatch(generator.rest())
  })()
  const failed = running.then(() => new Promise<never>(() => undefined))
  failed.catch(() => undefined)
  return {
    entries,
    sent,
    get deliveries() {
      return delivered
    },
    /** How many were acknowledged. */
    get batches() {
      return batches
    },
    /** Rejects when an answer comes that no sender would repeat. */
    failed,
    paused: inTurn,
    async finish() {
      stopping = true
      await running
    },
  }
}
