import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  collectFacts,
  type Language,
  languages,
  lastCompleteWeek,
  parseWeek,
  type Week,
  type WeeklyFacts,
  weeklyFiles,
  weeklyReport,
} from '@kanalblick/reports/weekly'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { createLogger } from '../logger.ts'
import { operate } from '../operator.ts'
import { type Command, parseCommand, print } from './command.ts'

export const run: Command = async (args) => {
  const { positionals, text, json, config: read } = parseCommand(args, { week: { type: 'string' }, out: { type: 'string' }, lang: { type: 'string' } }, 1)
  if (positionals[0] !== 'weekly') throw new AppError('USAGE', 'There is one report to write: weekly.')
  const out = text('out')
  if (out === undefined && !json) throw new AppError('USAGE', '--out is missing: the folder to write to. With --json alone, the report is only printed.')
  const chosen = languagesOf(text('lang'))
  const config = read()
  const week = weekOf(text('week'), config)

  const files = weeklyFiles(weeklyReport(await factsOf(week, config)), chosen)
  if (out !== undefined) await writeFiles(resolve(out), files)
  if (json) process.stdout.write(files['report.json'] ?? '')
  else
    print(
      `Weekly report ${week.name} (${week.from} to ${week.to}):\n${Object.keys(files)
        .map((name) => `  ${join(out ?? '', name)}`)
        .join('\n')}`,
    )
  return 0
}

async function factsOf(week: Week, config: Config): Promise<WeeklyFacts> {
  const operator = await operate(config, createLogger('warn'), ['reports'])
  try {
    return await collectFacts(operator, week)
  } finally {
    await operator.close()
  }
}

async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
    for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content)
  } catch (error) {
    throw new AppError('USAGE', `The report cannot be written to ${directory} (${(error as NodeJS.ErrnoException).code}). Choose another folder with --out.`, {
      cause: error,
    })
  }
}

function languagesOf(chosen: string | undefined): readonly Language[] {
  if (chosen === undefined) return languages
  const known = languages.filter((language) => language === chosen)
  if (known.length === 0) throw new AppError('USAGE', `--lang must be one of ${languages.join(', ')}.`)
  return known
}

/** Only weeks that are over: half a week would look like a fall against a whole one. */
function weekOf(name: string | undefined, { timeZone }: Config): Week {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date())
  const last = lastCompleteWeek(today)
  if (name === undefined) return last
  const week = parseWeek(name)
  if (week.to > last.to) throw new AppError('USAGE', `The week ${week.name} is not over: it ends on ${week.to}. The last complete week is ${last.name}.`)
  return week
}
