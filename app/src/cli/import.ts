import { readFileSync } from 'node:fs'
import { type MapProgress, mapFile, readMapping } from '@kanalblick/ingest'
import { channel as channelSchema, channels } from '@kanalblick/stream'
import { parse as parseYaml } from 'yaml'
import { AppError } from '../errors.ts'
import { openImportProgress } from '../import-progress.ts'
import { createLogger } from '../logger.ts'
import { operate } from '../operator.ts'
import { type Command, parseCommand, print, printJson } from './command.ts'
import { progressBar } from './progress-bar.ts'

export const run: Command = async (args) => {
  const {
    positionals,
    need,
    flag,
    config: read,
    json,
  } = parseCommand(args, { mapping: { type: 'string' }, channel: { type: 'string' }, again: { type: 'boolean' } }, 1)
  const [path] = positionals
  if (path === undefined) throw new AppError('USAGE', 'The file to import is missing.')
  const channel = channelSchema.safeParse(need('channel'))
  if (!channel.success) throw new AppError('USAGE', `--channel must be one of ${channels.join(', ')}.`)
  const mapping = readMapping(readMappingFile(need('mapping')))
  const config = read()
  const logger = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel)

  const startedMs = performance.now()
  const operator = await operate(config, logger, ['ingest', 'reports'])
  const bar = progressBar(json, 'lines')
  const counts = { lines: 0, events: 0, accepted: 0, malformed: 0 }
  try {
    const progress = await openImportProgress(config.dataDirectory, path, { mapping, channel: channel.data })
    const already = flag('again') ? 0 : progress.accepted
    const onProgress = (now: MapProgress) => {
      counts.lines = now.lines
      bar.update(now.lines, now.totalLines)
    }
    for await (const batch of mapFile({ path, mapping, onProgress })) {
      const rest = batch.slice(Math.max(0, already - counts.events))
      counts.events += batch.length
      if (rest.length === 0) continue
      await operator.accept(rest, { channel: channel.data, channelInstance: mapping.instance })
      await progress.write(counts.events)
      counts.accepted += rest.length
      counts.malformed += rest.filter((event) => event.malformed !== undefined).length
    }
    bar.waiting()
    await operator.drained()
  } finally {
    bar.stop()
    await operator.close()
  }
  const seconds = (performance.now() - startedMs) / 1000
  const summary = { file: path, ...counts, seconds: Number(seconds.toFixed(1)), linesPerSecond: Math.round(counts.lines / seconds) }
  if (json) printJson(summary)
  else print(describe(summary))
  return 0
}

function describe({
  lines,
  events,
  accepted,
  malformed,
  seconds,
  linesPerSecond,
}: {
  lines: number
  events: number
  accepted: number
  malformed: number
  seconds: number
  linesPerSecond: number
}): string {
  if (accepted === 0) return `All ${events} events of this file were imported before: nothing changed. --again sends them once more.`
  const resumed = accepted < events ? ` (${events - accepted} were there from an earlier run)` : ''
  const rejected = malformed > 0 ? `\n${malformed} could not be mapped and wait in the dead letters.` : ''
  return `Imported ${lines} lines as ${events} events${resumed} in ${seconds} s (${linesPerSecond} lines/s).${rejected}`
}

function readMappingFile(path: string): unknown {
  try {
    return parseYaml(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message.split('\n')[0]
    throw new AppError('USAGE', `The mapping ${path} cannot be read: ${reason}.`, { cause: error })
  }
}
