/** Every file-system call of one batch is a place to die, once each; with a second kill, the recovery is cut off as well. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Random } from '../../test/chaos/journal.ts'
import { type Campaign, openCampaign } from '../../test/chaos/kill-at-call.ts'
import { type Figures, percentiles } from './figures.ts'

export interface CallKilling {
  readonly directory: string
  readonly random: Random
  readonly isOver: () => boolean
  /** So many points at most, spread evenly over the calls, and as many beyond their end as still kill. */
  readonly kills: number
  readonly secondKill: boolean
}

/** The calls of a batch differ with the merges of the background: the longest of so many is struck from end to end, and beyond while it kills. */
const countedBatches = 3
/** ClickHouse removes what it merged away after minutes, and no process here lives so long: an old store takes ever longer to start on. */
const pointsPerStore = 50
/** How far into the recovery the second kill comes at most, in calls of the process from its start. */
const recoveryCalls = 400

export async function killAtCalls({ directory, random, isOver, kills, secondKill }: CallKilling): Promise<Figures> {
  const recoveriesMs: number[] = []
  const findings: string[] = []
  const tally = { points: 0, killed: 0, second: 0 }
  const sent = { events: 0, deliveries: 0 }

  async function inNewStore(work: (strike: Campaign['strike']) => Promise<void>): Promise<void> {
    const store = join(directory, `from-point-${tally.points + 1}`)
    const campaign = await openCampaign(store, random)
    await campaign.strike({}) // makes files and tables
    await work(async (strike) => {
      const struck = await campaign.strike(strike)
      findings.push(...struck.findings)
      return struck
    })
    findings.push(...(await campaign.findings()))
    sent.events += campaign.events
    sent.deliveries += campaign.deliveries
    if (findings.length === 0) await rm(store, { recursive: true })
  }

  let count = 0
  await inNewStore(async (strike) => {
    for (let batch = 0; batch < countedBatches; batch++) {
      const { calls } = await strike({})
      console.error(`calls in a batch: ${JSON.stringify(calls)}`)
      const ofAllKinds = Object.values(calls).reduce((sum, ofKind) => sum + ofKind, 0)
      count = Math.max(count, ofAllKinds)
    }
  })
  const step = Math.max(1, count / kills)
  let at = 1
  let wasKilled = true
  const isDone = () => (at > count && !wasKilled) || isOver() || findings.length > 0
  while (!isDone()) {
    await inNewStore(async (strike) => {
      for (let point = 0; point < pointsPerStore && !isDone(); point++, at += step) {
        const { killed, recoveredMs } = await strike({ point: { call: Math.floor(at) } })
        if (recoveredMs !== undefined) recoveriesMs.push(recoveredMs)
        tally.points += 1
        wasKilled = killed
        if (killed) tally.killed += 1
        if (killed && secondKill) {
          const again = await strike({ point: { call: 1 + Math.floor(random() * recoveryCalls) }, fromStart: true })
          if (again.killed) tally.second += 1
        }
      }
    })
    console.error(`${new Date().toISOString()} ${tally.points} points, ${tally.killed} + ${tally.second} kills, ${findings.length} findings`)
  }
  return {
    kills: tally.killed + tally.second,
    killsOf: { ...tally, callsInBatch: count },
    ...sent,
    refusals: {},
    findings,
    readyMs: undefined,
    storedMs: percentiles(recoveriesMs),
  }
}
