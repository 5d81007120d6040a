/** What the archive promises to processes that share it, on every engine of the ledger's database. */
import { openWeeklyArchive, recipientKey, type WeeklyArchive } from '@kanalblick/app/weekly'
import { connectLedger, type LedgerLocation } from '@kanalblick/consent'
import { afterEach, beforeEach, expect, test } from 'vitest'

const two = { de: '', en: '' }
const report = { week: '2026-W47', from: '2026-11-16', to: '2026-11-22', summary: { title: two, subject: two, headline: two, revenue: [] } }
const week = report.week
const somebody = recipientKey('a@shop.example')

export function archiveContract(createDatabase: () => Promise<{ location: LedgerLocation; remove(): Promise<unknown> }>): void {
  let database: Awaited<ReturnType<typeof createDatabase>>
  let nowMs: number
  let archives: readonly [WeeklyArchive, WeeklyArchive]
  let close: () => Promise<void>
  beforeEach(async () => {
    database = await createDatabase()
    nowMs = Date.parse('2026-11-23T06:00:00Z')
    const { location } = database
    const connections = await Promise.all([connectLedger(location), connectLedger(location)])
    const open = (db: (typeof connections)[number]) => openWeeklyArchive(db as never, { now: () => new Date(nowMs) })
    archives = await Promise.all([open(connections[0]), open(connections[1])])
    close = async () => void (await Promise.all(connections.map((db) => db.destroy())))
  })
  afterEach(async () => {
    await close()
    await database.remove()
  })

  test('keeps the report of the one that was first', async () => {
    const kept = await Promise.all(archives.map((archive, index) => archive.keep(report, { 'report.json': `by ${index}` })))
    expect(kept.filter(Boolean)).toHaveLength(1)
    const files = await Promise.all(archives.map(async (archive) => (await archive.find(week))?.files['report.json']))
    expect(files).toEqual([`by ${kept.indexOf(true)}`, `by ${kept.indexOf(true)}`])
    expect(await archives[0].list()).toEqual([{ ...report, madeAt: '2026-11-23T06:00:00.000Z' }])
    expect(await archives[0].find('2026-W46')).toBeUndefined()
  })

  test('gives a mail to one of many that want to send it', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => archives[index % 2 === 0 ? 0 : 1].claimMail(week, somebody)))
    expect(claims.map(({ outcome }) => outcome).toSorted()).toEqual([...Array.from({ length: 19 }, () => 'busy'), 'mine'])
  })

  test('gives a sent mail to nobody, and one that was refused to the next', async () => {
    for (const outcome of ['failed', 'sent'] as const) {
      const claimed = await archives[0].claimMail(week, somebody)
      expect(claimed).toMatchObject({ outcome: 'mine', again: false })
      if (claimed.outcome === 'mine') await archives[0].settleMail(week, somebody, { claim: claimed.claim, outcome })
    }
    expect(await archives[1].claimMail(week, somebody)).toEqual({ outcome: 'done' })
    expect(await archives[1].settledMails(week)).toEqual(new Set([somebody]))
  })

  test('gives a mail whose sender died to one other, once the claim ran out, and after that to nobody', async () => {
    await archives[0].claimMail(week, somebody)
    nowMs += 14_000
    expect((await archives[1].claimMail(week, somebody)).outcome).toBe('busy')
    nowMs += 1_000
    const claims = await Promise.all(archives.map((archive) => archive.claimMail(week, somebody)))
    expect(claims.filter(({ outcome }) => outcome === 'mine')).toMatchObject([{ again: true }])
    nowMs += 15_000
    expect(await archives[0].claimMail(week, somebody)).toEqual({ outcome: 'given_up', just: true })
    expect(await archives[1].claimMail(week, somebody)).toEqual({ outcome: 'given_up', just: false })
    expect(await archives[1].settledMails(week)).toEqual(new Set([somebody]))
  })

  test('leaves a mail to its sender as long as that renews its claim, and believes no sender that lost it', async () => {
    const first = await archives[0].claimMail(week, somebody)
    if (first.outcome !== 'mine') throw new Error('not claimed')
    nowMs += 10_000
    await archives[0].renewMail(week, somebody, first.claim)
    nowMs += 10_000
    expect((await archives[1].claimMail(week, somebody)).outcome).toBe('busy')
    nowMs += 10_000
    expect((await archives[1].claimMail(week, somebody)).outcome).toBe('mine')
    await archives[0].settleMail(week, somebody, { claim: first.claim, outcome: 'failed' })
    expect((await archives[0].claimMail(week, somebody)).outcome).toBe('busy')
  })

  test('knows recipients apart without their addresses, however they are written', () => {
    expect(recipientKey('A@Shop.example')).toBe(somebody)
    expect(recipientKey('b@shop.example')).not.toBe(somebody)
    expect(somebody).toMatch(/^[0-9a-f]{16}$/)
  })
}
