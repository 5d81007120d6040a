import { randomBytes } from 'node:crypto'
import { audit } from '@kanalblick/warehouse'
import { openAccessKeys } from '../access/index.ts'
import type { Config } from '../config.ts'
import { openDataDirectory, runningServer } from '../data-directory.ts'
import { type FillOptions, fillDemo } from '../demo/fill.ts'
import { serveDemo } from '../demo/serve.ts'
import { isDemo } from '../demo/state.ts'
import { AppError } from '../errors.ts'
import { createServer, listen } from '../http.ts'
import { createLogger } from '../logger.ts'
import { operate } from '../operator.ts'
import { roles, wire } from '../wire.ts'
import { type Command, parseCommand, print, printJson } from './command.ts'
import { withLedgerDatabase } from './ledger.ts'
import { progressBar } from './progress-bar.ts'

export const run: Command = async (args) => {
  const { config: read, json } = parseCommand(args)
  const config = read()
  if (config.profile !== 'embedded') throw new AppError('USAGE', 'The demo fills a data directory: it needs the embedded profile.')
  const startedMs = performance.now()
  const bar = progressBar(json, 'days')
  const target = await openTarget(config)
  try {
    if (!isDemo(config.dataDirectory) && (await target.holdsEvents())) {
      throw new AppError('USAGE', `The data directory ${config.dataDirectory} holds data that is not the demo's. Choose another with --data.`)
    }
    const { events } = await target.fill(({ done, total }) => bar.update(done, total))
    bar.waiting()
    await target.drained()
    const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1))
    if (json) printJson({ data: config.dataDirectory, events, seconds })
    else print(`The demo is filled in ${config.dataDirectory}: ${events} events in ${seconds} s.`)
    return 0
  } finally {
    bar.stop()
    await target.close()
  }
}

interface Target {
  holdsEvents(): Promise<boolean>
  fill(onProgress: NonNullable<FillOptions['onProgress']>): Promise<{ readonly events: number }>
  drained(): Promise<void>
  close(): Promise<void>
}

/** The running server, else a server for the time of the fill: the events take the way that all events take. */
async function openTarget(config: Config): Promise<Target> {
  const running = runningServer(openDataDirectory(config.dataDirectory))
  return running ? runningTarget(config, running.url) : ownTarget(config)
}

const quiet = ({ logLevel }: Config) => createLogger(logLevel === 'info' ? 'warn' : logLevel)

async function runningTarget(config: Config, url: string): Promise<Target> {
  const operator = await operate(config, quiet(config), roles)
  const now = () => new Date()
  const createKey: FillOptions['createKey'] = ({ channel, instance }) =>
    withLedgerDatabase(
      config,
      async (db) => (await (await openAccessKeys(db, { now })).create({ kind: 'write', channel, channelInstance: instance, origins: [] })).key,
    )
  return {
    async holdsEvents() {
      await operator.drained()
      return (await operator.audit()).totals.accepted > 0
    },
    fill: (onProgress) => fillDemo({ dataDirectory: config.dataDirectory, url, createKey, now, signal: new AbortController().signal, onProgress }),
    drained: operator.drained,
    close: operator.close,
  }
}

async function ownTarget(config: Config): Promise<Target> {
  const app = await wire({ config, roles, logger: quiet(config) })
  const server = await createServer(app, { operatorToken: randomBytes(32).toString('base64url'), isDemo: () => true })
  const demo = serveDemo(app, await listen(server, { host: '127.0.0.1', port: 0 }))
  const orFailed = <Value>(work: Promise<Value>) => Promise.race([work, app.failed])
  return {
    async holdsEvents() {
      await orFailed(app.drained())
      return app.warehouse !== undefined && (await audit(app.warehouse)).totals.accepted > 0
    },
    fill: (onProgress) => orFailed(demo.fill(onProgress)),
    drained: () => orFailed(app.drained()),
    async close() {
      await demo.stop()
      await server.close()
      await app.close()
    },
  }
}
