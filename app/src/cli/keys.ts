import { channelInstance, channel as channelSchema } from '@kanalblick/stream'
import { type AccessKeys, type NewAccessKey, openAccessKeys } from '../access/index.ts'
import { AppError } from '../errors.ts'
import { type Arguments, type Command, parseCommand, print, printJson } from './command.ts'
import { withLedgerDatabase } from './ledger.ts'

export const run: Command = async (args) => {
  const options = { kind: { type: 'string' }, channel: { type: 'string' }, instance: { type: 'string' }, origin: { type: 'string', multiple: true } } as const
  const given = parseCommand(args, options, 2)
  return withLedgerDatabase(given.config(), async (db) => {
    await act(await openAccessKeys(db, { now: () => new Date() }), given)
    return 0
  })
}

async function act(keys: AccessKeys, given: Arguments): Promise<void> {
  const [action, id] = given.positionals
  if (action === 'create') {
    const created = await keys.create(newKey(given))
    if (given.json) printJson(created)
    else print(`${created.key}\n(id ${created.id}; the key is shown this once)`)
  } else if (action === 'list') {
    const rows = await keys.list()
    if (given.json) printJson(rows)
    else
      for (const row of rows)
        print(`${row.id}  ${row.kind.padEnd(7)}  ${row.channel_instance || '-'}  ${row.created_at}${row.revoked_at ? `  revoked ${row.revoked_at}` : ''}`)
  } else if (action === 'revoke' && id !== undefined) {
    if (!(await keys.revoke(id))) throw new AppError('USAGE', `There is no key ${id} in force.`)
    print(`Revoked ${id}. It is refused everywhere within five seconds.`)
  } else throw new AppError('USAGE', 'Say create, list or revoke ID.')
}

function newKey({ need, text, list }: Arguments): NewAccessKey {
  const kind = text('kind') ?? 'write'
  if (kind === 'read' || kind === 'privacy') return { kind }
  if (kind !== 'write') throw new AppError('USAGE', '--kind must be write, read or privacy.')
  const channel = channelSchema.safeParse(need('channel'))
  const instance = channelInstance.safeParse(need('instance'))
  if (!channel.success) throw new AppError('USAGE', `--channel must be one of ${channelSchema.options.join(', ')}.`)
  if (!instance.success) throw new AppError('USAGE', '--instance must be letters, digits and . _ : - (shopware:<shopId>:<salesChannelId>).')
  return { kind, channel: channel.data, channelInstance: instance.data, origins: list('origin') }
}
