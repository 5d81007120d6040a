import { readFileSync } from 'node:fs'
import { type MapProgress, mapFile, readMapping } from '@kanalblick/ingest'
import { channel as channelSchema, channels } from '@kanalblick/stream'
import { Presets, SingleBar } from 'cli-progress'
import { parse as parseYaml } from 'yaml'
import { AppError } from '../errors.ts'
import { createLogger } from '../logger.ts'
import { operate } from '../operator.ts'
import { type Command, parseCommand, print, printJson } from './command.ts'

export const importCommand: Command = {
  name: 'import',
  summary: 'Imports orders from a CSV file (.gz too). Importing a file again changes nothing.',
  usage: 'FILE --mapping MAPPING.yaml --channel shop [--data DIR]',
  async run(args) {
    const { positionals, need, config: read, json } = parseCommand(args, { mapping: { type: 'string' }, channel: { type: 'string' } })
    const [path] = positionals
    if (path === undefined) throw new AppError('USAGE', 'The file to import is missing.')
    const channel = channelSchema.safeParse(need('channel'))
    if (!channel.success) throw new AppError('USAGE', `--channel must be one of ${channels.join(', ')}.`)
    const mapping = readMapping(readMappingFile(need('mapping')))
    const config = read()
    const logger = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel)
    const operator = await operate(config, logger, ['ingest', 'reports'])
    const startedMs = performance.now()
    const bar = progressBar(json)
    let events = 0
    let malformed = 0
    let linesRead = 0
    try {
      const onProgress = (progress: MapProgress) => {
        linesRead = progress.lines
        bar.update(progress)
      }
      for await (const batch of mapFile({ path, mapping, onProgress })) {
        await operator.accept(batch, { channel: channel.data, channelInstance: mapping.instance })
        events += batch.length
        malformed += batch.filter((event) => event.malformed !== undefined).length
      }
      bar.waiting()
      await operator.drained()
    } finally {
      bar.stop()
      await operator.close()
    }
    const seconds = (performance.now() - startedMs) / 1000
    const summary = { file: path, lines: linesRead, events, malformed, seconds: Number(seconds.toFixed(1)), linesPerSecond: Math.round(linesRead / seconds) }
    if (json) printJson(summary)
    else
      print(
        `Imported ${linesRead} lines as ${events} events in ${summary.seconds} s (${summary.linesPerSecond} lines/s).${malformed > 0 ? ` ${malformed} could not be mapped and wait in the dead letters.` : ''}`,
      )
    return 0
  },
}

function readMappingFile(path: string): unknown {
  try {
    return parseYaml(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message.split('\n')[0]
    throw new AppError('USAGE', `The mapping ${path} cannot be read: ${reason}.`, { cause: error })
  }
}

/** A bar on a terminal, a line every tenth elsewhere, nothing with --json. Writes to standard error: standard output is the result's. */
function progressBar(json: boolean) {
  if (json) return { update: (_: MapProgress) => undefined, waiting: () => undefined, stop: () => undefined }
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  if (!process.stderr.isTTY) {
    let tenth = 0
    return {
      update({ lines, totalLines }: MapProgress) {
        const reached = Math.floor((10 * lines) / Math.max(totalLines, 1))
        if (reached > tenth) say(`${reached * 10} % (${lines} of ${totalLines} lines)`)
        tenth = Math.max(tenth, reached)
      },
      waiting: () => say('All lines accepted, waiting for the rollups ...'),
      stop: () => undefined,
    }
  }
  const bar = new SingleBar(
    { format: '{bar} {percentage} % | {value}/{total} lines | {eta_formatted} left', stream: process.stderr, hideCursor: true },
    Presets.shades_classic,
  )
  let started = false
  return {
    update({ lines, totalLines }: MapProgress) {
      if (!started) bar.start(totalLines, lines)
      started = true
      bar.update(lines)
    },
    waiting() {
      bar.stop()
      say('All lines accepted, waiting for the rollups ...')
    },
    stop: () => bar.stop(),
  }
}
