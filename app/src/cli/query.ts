import { queryRequest } from '@kanalblick/reports'
import { toCsv } from '@kanalblick/stream'
import { AppError } from '../errors.ts'
import { createLogger } from '../logger.ts'
import { operate } from '../operator.ts'
import { type Command, parseCommand, print, printJson } from './command.ts'

export const run: Command = async (args) => {
  const {
    need,
    text,
    list,
    json,
    config: read,
  } = parseCommand(args, {
    metrics: { type: 'string' },
    by: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    filter: { type: 'string', multiple: true },
    grain: { type: 'string' },
    limit: { type: 'string' },
    format: { type: 'string' },
  })
  const format = formatOf(text('format'))
  const request = queryRequest.safeParse({
    metrics: names(need('metrics')),
    by: names(text('by') ?? ''),
    filters: list('filter').map(toFilter),
    from: need('from'),
    to: need('to'),
    ...(text('grain') === undefined ? {} : { grain: text('grain') }),
    ...(text('limit') === undefined ? {} : { limit: Number(text('limit')) }),
  })
  if (!request.success) throw new AppError('USAGE', request.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  const config = read()
  const operator = await operate(config, createLogger('warn'), ['reports'])
  try {
    const result = await operator.query(request.data)
    if (json || format === 'json') printJson(result)
    else print(toCsv(result).trimEnd())
  } finally {
    await operator.close()
  }
  return 0
}

function formatOf(text = 'csv'): string {
  if (text !== 'csv' && text !== 'json') throw new AppError('USAGE', '--format must be csv or json.')
  return text
}

const names = (list: string) =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

function toFilter(text: string): { dimension: string; in: string[] } {
  const at = text.indexOf('=')
  if (at < 1) throw new AppError('USAGE', `--filter must look like channel=shop or country=DE,AT.`)
  return { dimension: text.slice(0, at), in: names(text.slice(at + 1)) }
}
