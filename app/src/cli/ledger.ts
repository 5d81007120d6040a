import { connectLedger } from '@kanalblick/consent'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import { openDataDirectory } from '../data-directory.ts'
import { createLogger } from '../logger.ts'
import { profiles } from '../profiles.ts'

/** Works in the ledger's database, which several processes may have open: beside a running server, too. */
export async function withLedgerDatabase<Result>(config: Config, work: (db: Kysely<never>) => Promise<Result>): Promise<Result> {
  const directory = openDataDirectory(config.dataDirectory)
  const place = { config, directory, logger: createLogger('warn'), onFatal: () => undefined }
  const db = await connectLedger(profiles[config.profile].ledger(place))
  try {
    return await work(db as never)
  } finally {
    await db.destroy()
  }
}
