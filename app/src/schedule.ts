/** What happens by the clock. The only import of node-cron. */
import { enforceRetention } from '@kanalblick/warehouse'
import cron from 'node-cron'
import type { Kanalblick } from './wire.ts'

interface Job {
  readonly name: string
  readonly at: string
  readonly run: () => unknown
  readonly timeZone?: string
}

/**
 * Starts the jobs of this process's roles.
 * @param continueDemo tells what happened in the demo shop since it was last asked
 * @returns what stops them
 */
export function schedule(
  { roles, config, log, identity, warehouse, weekly, rights, metrics, lags, logger }: Kanalblick,
  continueDemo?: () => Promise<void>,
): { stop(): Promise<void> } {
  const now = () => new Date()
  const jobs: Job[] = [
    { name: 'measure lag', at: '*/15 * * * * *', run: async () => Object.entries(await lags()).forEach(([stage, records]) => metrics.setLag(stage, records)) },
  ]
  if (roles.includes('consent')) {
    jobs.push({ name: 'trim the log', at: '7 */10 * * * *', run: () => log.trim(Date.now()) })
    jobs.push({ name: 'destroy expired payload keys', at: '13 */10 * * * *', run: () => identity?.keyring.destroyExpired(Date.now()) })
  }
  if (roles.includes('warehouse') && warehouse)
    jobs.push({ name: 'enforce retention', at: '0 20 3 * * *', run: () => enforceRetention(warehouse, { now: now() }) })

  if (rights) {
    jobs.push({ name: 'carry out requests of persons', at: '*/15 * * * * *', run: () => rights.rights.resume() })
    jobs.push({ name: 'forget whom ended requests were about', at: '0 50 3 * * *', run: () => rights.rights.forgetEnded() })
  }
  if (continueDemo) jobs.push({ name: 'continue the demo', at: '20 1 * * * *', run: continueDemo })
  if (weekly) {
    const { deliver } = weekly.delivery
    jobs.push({ name: 'deliver the weekly report', at: config.weeklyReport.at, timeZone: config.timeZone, run: deliver })
    // What was withheld, refused or missed.
    jobs.push({ name: 'deliver what is left of the weekly report', at: '0 37 * * * *', run: deliver })
  }

  const tasks = jobs.map(({ name, at, run, timeZone = 'Europe/Berlin' }) =>
    cron.schedule(
      at,
      async () => {
        try {
          await run()
        } catch (error) {
          logger.error('scheduled job failed, it runs again at its next time', { job: name, error })
        }
      },
      { name, timezone: timeZone, noOverlap: true },
    ),
  )
  return {
    async stop() {
      for (const task of tasks) await task.stop()
    },
  }
}
