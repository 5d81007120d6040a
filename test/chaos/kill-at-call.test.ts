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

  test('loses and doubles nothing, whatever kind of call it was about to make', { timeout: 600_000 }, async () => {
    const campaign = await openCampaign(join(folder.path, 'sound'), seeded(1))
    await campaign.strike({}) // makes files and tables
    const { calls } = await campaign.strike({})
    const points = pointsOfEveryKind(calls, [0.5])
    const missed: string[] = []
    for (const point of points) {
      const { killed, findings } = await campaign.strike({ point })
      expect(findings).toEqual([])
      if (!killed) missed.push(`${point.kind} ${point.call}`)
    }
    expect(await campaign.findings()).toEqual([])
    expect(missed.length, `calls that did not come again: ${missed.join(', ')}`).toBeLessThan(points.length / 2)
  })

  test('is found out when it moves on before it has stored', { timeout: 600_000 }, async () => {
    const campaign = await openCampaign(join(folder.path, 'control'), seeded(2))
    await campaign.strike({})
    const { calls } = await campaign.strike({})
    let found: string[] = []
    // SQLite's calls: between one of the log's transactions and the next the batch is nowhere.
    for (const point of pointsOfEveryKind({ pwrite: calls['pwrite'] ?? 0 }, [0.3, 0.4, 0.5, 0.6, 0.7, 0.8])) {
      await campaign.strike({ point, build: 'moves on before it has stored' })
      found = await campaign.findings()
      if (found.length > 0) break
    }
    expect(found.join('\n')).toMatch(/event .*: expected 1, found 0/)
  })
})
