/** The weekly reports that were made, as they were made, and who was sent which. In the ledger's database, for all processes. */
import { createHash, randomUUID } from 'node:crypto'
import type { WeeklySummary } from '@kanalblick/reports/weekly'
import type { Kysely } from 'kysely'
import { createTables } from '../create-tables.ts'

interface ReportRow {
  week: string
  from_day: string
  to_day: string
  made_at: string
  /** JSON. */
  summary: string
  /** JSON: file name to content. */
  files: string
}

interface MailRow {
  week: string
  /** Not the address: `recipientKey`. */
  recipient: string
  state: 'sending' | 'sent' | 'failed' | 'given_up'
  /** How often a sending ended without anybody knowing how. */
  doubts: number
  /** The one sending that may go on. */
  claim: string
  claimed_until: string
}

interface Tables {
  weekly_reports: ReportRow
  weekly_mails: MailRow
}

export interface ArchivedReport {
  readonly week: string
  readonly from: string
  readonly to: string
  readonly madeAt: string
  readonly summary: WeeklySummary
}

export type Files = Readonly<Record<string, string>>

/**
 * - `mine`: to be sent by the holder of the claim; `again` after a sending of which nobody knows how it ended
 * - `busy`: another process is at it, or was until it died: ask again at that time
 * - `done`: sent; `given_up`: twice nobody knew, `just` now
 */
export type Claimed =
  | { readonly outcome: 'mine'; readonly claim: string; readonly again: boolean }
  | { readonly outcome: 'busy'; readonly until: Date }
  | { readonly outcome: 'done' }
  | { readonly outcome: 'given_up'; readonly just: boolean }

export type WeeklyArchive = Awaited<ReturnType<typeof openWeeklyArchive>>

/** A mail goes out at most this often more without anybody knowing whether it had arrived. */
const mostDoubts = 1
/** As long as a claim holds without being renewed: what a process that was killed keeps a mail waiting. */
const claimMs = 15_000
export const renewalMs = 5_000

/** Tells recipients apart in the archive without holding their addresses. */
export const recipientKey = (address: string) => createHash('sha256').update(address.toLowerCase()).digest('hex').slice(0, 16)

export async function openWeeklyArchive(ledgerDatabase: Kysely<never>, { now }: { now: () => Date }) {
  const db = ledgerDatabase as unknown as Kysely<Tables>
  await createTables(...tablesOf(db))
  return { ...reportsIn(db, now), ...mailsIn(db, now) }
}

function tablesOf(db: Kysely<Tables>) {
  let reports = db.schema
    .createTable('weekly_reports')
    .ifNotExists()
    .addColumn('week', 'text', (column) => column.primaryKey())
  for (const name of ['from_day', 'to_day', 'made_at', 'summary', 'files'] as const) reports = reports.addColumn(name, 'text', (column) => column.notNull())
  const mails = db.schema
    .createTable('weekly_mails')
    .ifNotExists()
    .addColumn('week', 'text', (column) => column.notNull())
    .addColumn('recipient', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('doubts', 'integer', (column) => column.notNull())
    .addColumn('claim', 'text', (column) => column.notNull())
    .addColumn('claimed_until', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('weekly_mails_key', ['week', 'recipient'])
  return [reports, mails] as const
}

const reportsIn = (db: Kysely<Tables>, now: () => Date) => ({
  /** Of several processes that made a week's report, the first keeps it. @returns whether this was the first */
  async keep({ week, from, to, summary }: Omit<ArchivedReport, 'madeAt'>, files: Files): Promise<boolean> {
    const row = { week, from_day: from, to_day: to, made_at: now().toISOString(), summary: JSON.stringify(summary), files: JSON.stringify(files) }
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto('weekly_reports')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows > 0n
  },
  /** The latest week first. */
  async list(): Promise<ArchivedReport[]> {
    const rows = await db.selectFrom('weekly_reports').select(['week', 'from_day', 'to_day', 'made_at', 'summary']).orderBy('week', 'desc').execute()
    return rows.map((row) => ({
      week: row.week,
      from: row.from_day,
      to: row.to_day,
      madeAt: row.made_at,
      summary: JSON.parse(row.summary) as WeeklySummary,
    }))
  },
  async find(week: string): Promise<{ readonly summary: WeeklySummary; readonly files: Files } | undefined> {
    const row = await db.selectFrom('weekly_reports').select(['summary', 'files']).where('week', '=', week).executeTakeFirst()
    return row && { summary: JSON.parse(row.summary) as WeeklySummary, files: JSON.parse(row.files) as Files }
  },
})

/** Every change is one statement that says what it expects to find: of several processes, one succeeds. */
function mailsIn(db: Kysely<Tables>, now: () => Date) {
  const until = () => new Date(now().getTime() + claimMs).toISOString()
  const mail = (week: string, recipient: string) => db.updateTable('weekly_mails').where('week', '=', week).where('recipient', '=', recipient)
  const held = (week: string, recipient: string, claim: string) => mail(week, recipient).where('state', '=', 'sending').where('claim', '=', claim)
  const changed = async (update: { executeTakeFirst(): Promise<{ readonly numUpdatedRows: bigint }> }) => (await update.executeTakeFirst()).numUpdatedRows > 0n

  return {
    /** Whose mail of the week needs nothing more: it was sent, or given up. */
    async settledMails(week: string): Promise<ReadonlySet<string>> {
      const rows = await db.selectFrom('weekly_mails').select('recipient').where('week', '=', week).where('state', 'in', ['sent', 'given_up']).execute()
      return new Set(rows.map(({ recipient }) => recipient))
    },
    async claimMail(week: string, recipient: string): Promise<Claimed> {
      const mine = { state: 'sending', claim: randomUUID(), claimed_until: until() } as const
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('weekly_mails')
        .values({ week, recipient, doubts: 0, ...mine })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      const failed = mail(week, recipient).where('state', '=', 'failed').set(mine)
      if (numInsertedOrUpdatedRows > 0n || (await changed(failed))) return { outcome: 'mine', claim: mine.claim, again: false }
      const abandoned = mail(week, recipient).where('state', '=', 'sending').where('claimed_until', '<=', now().toISOString())
      const again = abandoned.where('doubts', '<', mostDoubts).set((row) => ({ ...mine, doubts: row('doubts', '+', 1) }))
      if (await changed(again)) return { outcome: 'mine', claim: mine.claim, again: true }
      if (await changed(abandoned.where('doubts', '>=', mostDoubts).set({ state: 'given_up' }))) return { outcome: 'given_up', just: true }
      return stateOf(await db.selectFrom('weekly_mails').selectAll().where('week', '=', week).where('recipient', '=', recipient).executeTakeFirstOrThrow())
    },
    /** Says that the sending goes on. */
    async renewMail(week: string, recipient: string, claim: string): Promise<void> {
      await held(week, recipient, claim).set({ claimed_until: until() }).execute()
    },
    /** `unknown`: whether it arrived cannot be told; the next to claim it may send it again. */
    async settleMail(week: string, recipient: string, { claim, outcome }: { claim: string; outcome: 'sent' | 'failed' | 'unknown' }): Promise<void> {
      await held(week, recipient, claim)
        .set(outcome === 'unknown' ? { claimed_until: now().toISOString() } : { state: outcome })
        .execute()
    },
  }
}

function stateOf({ state, claimed_until }: MailRow): Claimed {
  if (state === 'sent') return { outcome: 'done' }
  if (state === 'given_up') return { outcome: 'given_up', just: false }
  return { outcome: 'busy', until: new Date(claimed_until) }
}
