import { openSessions } from '../access/index.ts'
import { addressOf, signInLink } from '../access/link.ts'
import { openDataDirectory, runningServer } from '../data-directory.ts'
import { type Command, parseCommand, print, printJson } from './command.ts'
import { withLedgerDatabase } from './ledger.ts'

export const run: Command = async (args) => {
  const { config: read, json } = parseCommand(args)
  const config = read()
  const code = await withLedgerDatabase(config, async (db) => (await openSessions(db, { now: () => new Date() })).createCode())
  const server = runningServer(openDataDirectory(config.dataDirectory))
  const signIn = signInLink(config.http, server?.url ?? addressOf(config.http), code)
  if (json) printJson({ signIn })
  else print(`${signIn}\n(opens the dashboard once, within an hour)`)
  return 0
}
