import { randomBytes } from 'node:crypto'
import type { Sessions } from '../access/index.ts'
import { signInLink } from '../access/link.ts'
import type { Config } from '../config.ts'
import { announceServer, isNewDirectory, withdrawServer } from '../data-directory.ts'
import { type OwnDemo, serveDemo } from '../demo/serve.ts'
import { isDemo } from '../demo/state.ts'
import { AppError } from '../errors.ts'
import { createServer, listen } from '../http.ts'
import { createLogger } from '../logger.ts'
import { schedule } from '../schedule.ts'
import { type Kanalblick, type Role, roles, wire } from '../wire.ts'
import { type Command, parseCommand, print, printJson } from './command.ts'
import { progressBar } from './progress-bar.ts'

export const run: Command = async (args) => {
  const { config: read, text, flag, json } = parseCommand(args, { stages: { type: 'string' }, empty: { type: 'boolean' } })
  const config = read()
  const chosen = rolesOf(text('stages'), config.profile)
  const withDemo = config.profile === 'embedded' && !flag('empty')
  const isFirst = withDemo && isNewDirectory(config.dataDirectory)
  const stopped = stopSignal()
  const logger = createLogger(config.logLevel)
  const app = await wire({ config, roles: chosen, logger })
  try {
    const token = config.operatorToken ?? randomBytes(32).toString('base64url')
    const server = await createServer(app, { operatorToken: token, isDemo: () => isDemo(config.dataDirectory) })
    const url = await listen(server, config.http)
    const demo = serveDemo(app, url)
    const jobs = schedule(app, withDemo ? demo.topUp : undefined)
    if (config.profile === 'embedded') announceServer(app.directory, { pid: process.pid, url, token })
    const ended = Promise.race([stopped, app.failed.catch((error: unknown) => ({ error }))])
    const filled = isFirst ? fillFirst(app, demo, json) : Promise.resolve()
    if (await Promise.race([filled.then(() => true), ended.then(() => false)])) {
      await tellReady(app, { url, stages: chosen, json })
      // Behind the demo: a report that is archived of half a week stays that way.
      const continued = withDemo && !isFirst ? demo.topUp() : Promise.resolve()
      void continued.then(() => app.weekly?.delivery.catchUp())
    }
    const failed = await ended
    if (failed) logger.error('a stage can go no further, the process ends so that its supervisor starts it again', { error: failed.error })
    else logger.info('stopping: finishing the batches at hand')
    await jobs.stop()
    await demo.stop()
    await server.close()
    return failed ? 1 : 0
  } finally {
    if (config.profile === 'embedded') withdrawServer(app.directory)
    await app.close()
  }
}

/** Somebody who starts for the first time sees a shop with a past. Cut off, the next start goes on from there. */
async function fillFirst(app: Kanalblick, demo: OwnDemo, json: boolean): Promise<void> {
  const bar = progressBar(json, 'days')
  try {
    if (!json) print('A new data directory: filling it with the demo shop (start --empty leaves it empty).')
    await demo.fill(({ done, total }) => bar.update(done, total))
    bar.waiting()
    await app.drained()
  } finally {
    bar.stop()
  }
}

interface Ready {
  readonly url: string
  readonly stages: readonly Role[]
  readonly json: boolean
}

async function tellReady({ config, sessions }: Kanalblick, { url, stages, json }: Ready): Promise<void> {
  const signIn = sessions && (await firstSignIn(sessions, config, url))
  if (json) return printJson({ url, ...(signIn ? { signIn } : {}), data: config.dataDirectory, profile: config.profile, stages })
  print(`Kanalblick is ready: ${url}\n${signInLine(sessions, signIn)}  data in ${config.dataDirectory}\n  stages ${stages.join(', ')} (${config.profile})`)
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
    // The end of a program that started this one with a pipe between the two is ours.
    process.once('disconnect', () => resolve(undefined))
  })
}
