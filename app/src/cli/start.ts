import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Sessions } from '../access/index.ts'
import { signInLink } from '../access/link.ts'
import type { Config } from '../config.ts'
import { announceServer, withdrawServer } from '../data-directory.ts'
import { AppError } from '../errors.ts'
import { createServer, listen } from '../http.ts'
import { createLogger } from '../logger.ts'
import { schedule } from '../schedule.ts'
import { type Role, roles, wire } from '../wire.ts'
import { type Command, parseCommand, print, printJson } from './command.ts'

export const run: Command = async (args) => {
  const { config: read, text, json } = parseCommand(args, { stages: { type: 'string' } })
  const config = read()
  const chosen = rolesOf(text('stages'), config.profile)
  const stopped = stopSignal()
  const logger = createLogger(config.logLevel)
  const app = await wire({ config, roles: chosen, logger })
  try {
    const token = config.operatorToken ?? randomBytes(32).toString('base64url')
    const isDemo = () => existsSync(join(config.dataDirectory, 'demo.json'))
    const server = await createServer(app, { operatorToken: token, isDemo })
    const url = await listen(server, config.http)
    const jobs = schedule(app)
    if (config.profile === 'embedded') announceServer(app.directory, { pid: process.pid, url, token })
    const signIn = app.sessions && (await firstSignIn(app.sessions, config, url))
    if (json) printJson({ url, ...(signIn ? { signIn } : {}), data: config.dataDirectory, profile: config.profile, stages: chosen })
    else
      print(
        `Kanalblick is ready: ${url}\n${signInLine(app.sessions, signIn)}  data in ${config.dataDirectory}\n  stages ${chosen.join(', ')} (${config.profile})`,
      )
    const failed = await Promise.race([stopped, app.failed.catch((error: unknown) => ({ error }))])
    if (failed) logger.error('a stage can go no further, the process ends so that its supervisor starts it again', { error: failed.error })
    else logger.info('stopping: finishing the batches at hand')
    await jobs.stop()
    await server.close()
    return failed ? 1 : 0
  } finally {
    if (config.profile === 'embedded') withdrawServer(app.directory)
    await app.close()
  }
}

/** As long as nobody has ever signed in, whoever starts the server is let in. */
async function firstSignIn(sessions: Sessions, config: Config, url: string): Promise<string | undefined> {
  return (await sessions.wasEverOpened()) ? undefined : signInLink(config.http, url, await sessions.createCode())
}

function signInLine(sessions: Sessions | undefined, link: string | undefined): string {
  if (!sessions) return ''
  return link ? `  sign in (once): ${link}\n` : '  sign in: "kanalblick sign-in" prints a new link\n'
}

/** Embedded, one process does everything; scaled, `--stages` says what this process does. */
function rolesOf(list: string | undefined, profile: string): readonly Role[] {
  if (list === undefined) return roles
  const names = list.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !roles.includes(name as Role))
  if (unknown.length > 0) throw new AppError('USAGE', `There is no stage "${unknown.join('", "')}". Stages are ${roles.join(', ')}.`)
  if (profile === 'embedded') throw new AppError('USAGE', 'The embedded profile runs all stages in one process: --stages needs --profile scaled.')
  return names as Role[]
}

function stopSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    // Kept after the first: npm and terminals repeat a signal, and the second must not cut the ending short.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(undefined))
    // Started by the `kanalblick` wrapper: its end is ours.
    process.once('disconnect', () => resolve(undefined))
  })
}
