/** Every file-system call of one batch is a place to die, once each; with a second kill, the recovery is cut off as well. */
import type { Random } from '../../test/chaos/journal.ts'
import { openCampaign } from '../../test/chaos/kill-at-call.ts'
import { type Figures, percentiles } from './figures.ts'

export interface CallKilling {
  readonly directory: string
  readonly random: Random
  readonly isOver: () => boolean
  /** At most so many points, spread evenly over the calls. */
  readonly kills: number
  readonly secondKill: boolean
}

/** How far into the recovery the second kill comes at most, in calls of the process from its start. */
const recoveryCalls = 400

export async function killAtCalls({ directory, random, isOver, kills, secondKill }: CallKilling): Promise<Figures> {
  const campaign = await openCampaign(directory, random)
  await campaign.strike({})
  const { calls } = await campaign.strike({})
  const count = Object.values(calls).reduce((sum, ofKind) => sum + ofKind, 0)
  console.error(`${count} calls in one batch: ${JSON.stringify(calls)}`)
  const recoveriesMs: number[] = []
  const findings: string[] = []
  const tally = { points: 0, killed: 0, second: 0 }
  const step = Math.max(1, count / kills)
  for (let at = 1; at <= count && !isOver() && findings.length === 0; at += step) {
    const struck = await campaign.strike({ point: { call: Math.floor(at) } })
    findings.push(...struck.findings)
    if (struck.recoveredMs !== undefined) recoveriesMs.push(struck.recoveredMs)
    tally.points += 1
    if (struck.killed) tally.killed += 1
    if (struck.killed && secondKill) {
      const again = await campaign.strike({ point: { call: 1 + Math.floor(random() * recoveryCalls) }, fromStart: true })
      findings.push(...again.findings)
      if (again.killed) tally.second += 1
    }
    if (tally.points % 25 === 0)
      console.error(`${new Date().toISOString()} ${tally.points} points, ${tally.killed} + ${tally.second} kills, ${findings.length} findings`)
  }
  findings.push(...(await campaign.findings()))
  return {
    kills: tally.killed + tally.second,
    killsOf: { ...tally, callsInBatch: count },
    events: campaign.events,
    deliveries: campaign.deliveries,
    refusals: {},
    findings,
    readyMs: undefined,
    storedMs: percentiles(recoveriesMs),
  }
}
