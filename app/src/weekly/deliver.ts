/** Makes the weekly reports that are missing, and sends the last one: by the clock, and once after the start. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Week } from '@kanalblick/reports'
import type { Logger } from '@kanalblick/stream'
import type { WeeklyArchive } from './archive.ts'
import { calendarOf } from './calendar.ts'
import type { WeeklyReportConfig } from './config.ts'
import type { Mailer } from './mailer.ts'
import { sendReport } from './send.ts'
import type { answersOf } from './source.ts'

export interface WeeklyDeliveryParts {
  readonly archive: WeeklyArchive
  readonly answers: ReturnType<typeof answersOf>
  /** None where no server for mails is configured: then reports are only archived. */
  readonly mailer: Mailer | undefined
  readonly config: { readonly timeZone: string; readonly weeklyReport: WeeklyReportConfig }
  /** How much was accepted and is not stored yet. */
  readonly lag: () => Promise<number>
  /** How many days up to one wait until the rollups show them. */
  readonly staleDays: (to: string) => Promise<number>
  readonly now: () => Date
  readonly logger: Logger
}

export interface WeeklyDelivery {
  /** What is due now: makes and archives the reports that are missing, sends the last one to whom it was not sent. Never rejects. */
  deliver(): Promise<void>
  /** The same once after a start or a filling, with patience until what was accepted is stored. */
  catchUp(): Promise<void>
  /** Resolves once nothing goes on any more. */
  stop(): Promise<void>
}

const patienceMs = 60_000
const catchUpPatienceMs = 10 * 60_000
const pauseMs = 200
/** What stands in the log at any moment while events come in: no reason to wait. */
const usualLag = 1_000
const triedAgain = 'it is tried again every hour; kanalblick audit says whether the data are sound'

export function createWeeklyDelivery(parts: WeeklyDeliveryParts): WeeklyDelivery {
  const stopping = new AbortController()
  const { signal } = stopping
  let running: Promise<void> | undefined
  const start = (patience: number) => {
    running ??= pass(parts, { patience, signal })
      .catch((error: unknown) => {
        if (!signal.aborted) parts.logger.error(`the weekly report could not be delivered, ${triedAgain}`, { error })
      })
      .finally(() => {
        running = undefined
      })
    return running
  }
  return {
    deliver: () => start(patienceMs),
    catchUp: () => start(catchUpPatienceMs),
    async stop() {
      stopping.abort()
      await running
    },
  }
}

interface Pass {
  readonly patience: number
  readonly signal: AbortSignal
}

async function pass(parts: WeeklyDeliveryParts, { patience, signal }: Pass): Promise<void> {
  const { archive, config, logger, now } = parts
  const { weeks, isDue } = calendarOf(now(), { timeZone: config.timeZone, at: config.weeklyReport.at })
  const last = weeks.at(-1)
  const archived = new Set((await archive.list()).map(({ week }) => week))
  const missing = weeks.filter((week) => !archived.has(week.name) && (week !== last || isDue))
  const to = missing.at(-1)?.to
  if (to !== undefined) {
    const reason = await untilSettled(parts, { to, patience, signal })
    if (reason === undefined) await makeMissing(parts, missing, signal)
    else logger.error(`weekly reports are withheld: nothing is made or sent, ${triedAgain}`, { weeks: missing.map(({ name }) => name), reason })
  }
  if (isDue && last) await sendReport(parts, last, signal)
}

/** Waits until everything that was accepted is stored and shown. @returns why not */
async function untilSettled({ lag, staleDays }: WeeklyDeliveryParts, { to, patience, signal }: Pass & { to: string }): Promise<string | undefined> {
  for (const endMs = performance.now() + patience; ; ) {
    const records = await lag()
    const days = await staleDays(to)
    if (records === 0 && days === 0) return undefined
    if (performance.now() > endMs)
      return records > usualLag ? `${records} records are not stored yet` : days > 0 ? `${days} days are not summed up yet` : undefined
    await delay(pauseMs, undefined, { signal })
  }
}

/** Those of the weeks that have data. A week that fails keeps no other from its report. */
async function makeMissing(parts: WeeklyDeliveryParts, missing: readonly Week[], signal: AbortSignal): Promise<void> {
  const { answers, logger } = parts
  const [first, last] = [missing[0], missing.at(-1)]
  if (!first || !last) return
  const { rows } = await answers.query({ metrics: ['events'], grain: 'week', from: first.from, to: last.to })
  const withData = new Set(rows.filter(({ events }) => Number(events) > 0).map(({ period }) => period))
  for (const week of missing.filter(({ from }) => withData.has(from))) {
    if (signal.aborted) return
    await make(parts, week).catch((error: unknown) =>
      logger.error(`a weekly report could not be made and is withheld, ${triedAgain}`, { week: week.name, error }),
    )
  }
}

async function make({ answers, archive, logger }: WeeklyDeliveryParts, week: Week): Promise<void> {
  // Drawing charts takes a second to load: only where there is a report to make.
  const { collectFacts, contradictions, languages, weeklyFiles, weeklyReport, weeklySummary } = await import('@kanalblick/reports/weekly')
  const facts = await collectFacts(answers, week)
  const report = weeklyReport(facts)
  const faults = contradictions(facts, report)
  if (faults.length > 0) {
    logger.error(`a weekly report contradicts itself and is withheld, ${triedAgain}`, { week: week.name, faults })
    return
  }
  const first = await archive.keep({ week: week.name, from: week.from, to: week.to, summary: weeklySummary(report) }, weeklyFiles(report, languages))
  if (first) logger.info('weekly report made and archived', { week: week.name })
}
