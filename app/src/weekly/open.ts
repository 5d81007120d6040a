import { staleDays, type Warehouse } from '@kanalblick/warehouse'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import { openWeeklyArchive, type WeeklyArchive } from './archive.ts'
import { createWeeklyDelivery, type WeeklyDelivery, type WeeklyDeliveryParts } from './deliver.ts'
import { answersOf } from './source.ts'

interface WeeklyReportsParts extends Pick<WeeklyDeliveryParts, 'lag' | 'now' | 'logger'> {
  readonly warehouse: Warehouse
  readonly config: Config
}

/** The archive of the weekly reports, and what fills and sends it. */
export async function openWeeklyReports(
  ledgerDatabase: Kysely<never>,
  { warehouse, config, ...parts }: WeeklyReportsParts,
): Promise<{ readonly archive: WeeklyArchive; readonly delivery: WeeklyDelivery }> {
  const archive = await openWeeklyArchive(ledgerDatabase, parts)
  const mailer = config.smtp && (await import('./mailer.ts')).createMailer(config.smtp)
  const answers = answersOf(warehouse.client)
  return { archive, delivery: createWeeklyDelivery({ ...parts, archive, answers, mailer, config, staleDays: (to) => staleDays(warehouse, { to }) }) }
}
