/** A power cut between any two file-system calls of a batch: collectors, log, ledger, stages, sink and rollups on their real stores. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/product.ts'
import { missing } from '../support/real-parts.ts'
import { seeded } from './journal.ts'
import { compilerMissing, openCampaign, pointsOfEveryKind } from './kill-at-call.ts'

const reason = missing(compilerMissing())

describe.skipIf(reason)(`a process killed at a file-system call${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder.remove())

  test('loses and doubles nothing, whatever kind of call it was about to make', { timeout: 300_000 }, async () => {
    const campaign = await openCampaign(join(folder.path, 'sound'), seeded(1))
    await campaign.strike({}) // makes files and tables
    const { calls } = await campaign.strike({})
    const points = pointsOfEveryKind(calls, [0.25, 0.75])
    const missed: string[] = []
    let killed = 0
    for (const point of points) {
      const struck = await campaign.strike({ point })
      expect(struck.findings).toEqual([])
      if (struck.killed) killed += 1
      else missed.push(`${point.kind} ${point.call}`)
    }
    expect(await campaign.findings()).toEqual([])
    expect(killed, `calls that did not come again: ${missed.join(', ')}`).toBeGreaterThan(points.length / 2)
  })

  test('is found out when it moves on before it has stored', { timeout: 120_000 }, async () => {
    const campaign = await openCampaign(join(folder.path, 'control'), seeded(2))
    await campaign.strike({})
    const found: string[] = []
    for (const call of [3, 6, 9]) {
      await campaign.strike({ point: { kind: 'fsync', call }, build: 'moves on before it has stored' })
      found.push(...(await campaign.findings()))
    }
    expect(found.join('\n')).toMatch(/expected \d+, found \d+/)
  })
})
