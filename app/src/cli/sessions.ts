import { openSessions, type Sessions } from '../access/index.ts'
import { AppError } from '../errors.ts'
import { type Arguments, type Command, parseCommand, print, printJson } from './command.ts'
import { withLedgerDatabase } from './ledger.ts'

export const run: Command = async (args) => {
  const given = parseCommand(args, { all: { type: 'boolean' } }, 2)
  const [action, id] = given.positionals
  return withLedgerDatabase(given.config(), async (db) => {
    const sessions = await openSessions(db, { now: () => new Date() })
    if (action === 'list' && id === undefined) await list(sessions, given)
    else if (action === 'revoke' && id !== undefined && !given.flag('all')) await revoke(sessions, id, given)
    else if (action === 'revoke' && id === undefined && given.flag('all')) await revokeAll(sessions, given)
    else throw new AppError('USAGE', 'Say list, revoke ID or revoke --all.')
    return 0
  })
}

async function list(sessions: Sessions, { json }: Arguments): Promise<void> {
  const rows = await sessions.list()
  if (json) return printJson(rows)
  const now = new Date().toISOString()
  for (const { id, created_at, last_seen_at, expires_at, revoked_at } of rows) {
    const ended = revoked_at !== null ? `revoked ${revoked_at}` : `${expires_at <= now ? 'expired' : 'open until'} ${expires_at}`
    print(`${id}  opened ${created_at}  seen ${last_seen_at.slice(0, 13)}h  ${ended}`)
  }
}

async function revoke(sessions: Sessions, id: string, { json }: Arguments): Promise<void> {
  if (!(await sessions.revoke(id))) throw new AppError('USAGE', `There is no open session ${id}.`)
  if (json) printJson({ revoked: 1 })
  else print(`Revoked ${id}. It is refused from now on.`)
}

async function revokeAll(sessions: Sessions, { json }: Arguments): Promise<void> {
  const revoked = await sessions.revokeAll()
  if (json) printJson({ revoked })
  else print(`Revoked ${revoked} ${revoked === 1 ? 'session' : 'sessions'}, and every link that nobody has used yet.`)
}
