/** The command line: `kanalblick COMMAND`. Each command is one file in `cli/`, loaded when it is asked for. */
import { setFlagsFromString } from 'node:v8'
import type { Command } from './cli/command.ts'
import { describeError, isDiskFull, isOurs } from './errors.ts'

// The engine guesses early, from a hundred or so objects of a kind, whether such objects live long. Events die with their batch: taken for
// long-lived, dead ones would keep alive what they refer to.
setFlagsFromString('--no-allocation-site-pretenuring')

interface Entry {
  readonly name: string
  readonly summary: string
  readonly usage: string
  readonly load: () => Promise<{ readonly run: Command }>
}

const commands: readonly Entry[] = [
  {
    name: 'start',
    summary: 'Starts Kanalblick: collectors, stages, query API. Ctrl-C ends it without losing anything.',
    usage: '[--data DIR] [--port N] [--empty] [--profile scaled --stages consent,transform]',
    load: () => import('./cli/start.ts'),
  },
  {
    name: 'demo',
    summary: 'Fills an empty data directory with a made-up roastery: 14 months on six channels. `start` does it on its own in a new one.',
    usage: '[--data DIR]',
    load: () => import('./cli/demo.ts'),
  },
  {
    name: 'import',
    summary: 'Imports orders from a CSV file (.gz too). Cut off, it resumes; importing again changes nothing.',
    usage: 'FILE --mapping MAPPING.yaml --channel shop [--again] [--data DIR]',
    load: () => import('./cli/import.ts'),
  },
  {
    name: 'query',
    summary: 'Answers a question about channels from the rollups, as a table of CSV or JSON.',
    usage: '--metrics revenue_net,orders --by country --from 2011-09-01 --to 2011-09-30 [--filter channel=shop] [--grain week] [--format csv|json]',
    load: () => import('./cli/query.ts'),
  },
  {
    name: 'report',
    summary: 'Writes the weekly report: page, mail, Markdown and JSON. By default of the last complete week, in German and English.',
    usage: 'weekly [--week 2011-W45] --out DIR [--lang de|en]',
    load: () => import('./cli/report.ts'),
  },
  {
    name: 'audit',
    summary: 'Checks the books: accepted = stored + dropped + rejected, events = rollups. Exit code 1 when they do not agree.',
    usage: '[--data DIR]',
    load: () => import('./cli/audit.ts'),
  },
  {
    name: 'keys',
    summary: 'Creates, lists and revokes the keys that let programs send events (write) or ask (read).',
    usage: 'create --kind write --channel shop --instance shop:main [--origin https://shop.example] | create --kind read | list | revoke ID',
    load: () => import('./cli/keys.ts'),
  },
  {
    name: 'sign-in',
    summary: 'Prints a link that opens the dashboard once, within an hour.',
    usage: '[--data DIR]',
    load: () => import('./cli/sign-in.ts'),
  },
  {
    name: 'sessions',
    summary: 'Lists who is signed in to the dashboard since when, and signs out.',
    usage: 'list | revoke ID | revoke --all',
    load: () => import('./cli/sessions.ts'),
  },
  {
    name: 'subject',
    summary: 'Access and erasure of one person, over every store. --dry-run says what, where, how many, and what is kept and why.',
    usage: 'access|erase --email E [--customer N] [--phone P] [--device D] [--buyer B] [--dry-run] [--out FILE.zip] | list | verify ID | deny ID --reason R',
    load: () => import('./cli/subject.ts'),
  },
  {
    name: 'check-config',
    summary: 'Reads the configuration and reports all its faults together.',
    usage: '[--config FILE]',
    load: () => import('./cli/check-config.ts'),
  },
]

const usage = () => `Kanalblick shows a merchant every sales channel in one place.

Usage: kanalblick COMMAND [OPTIONS]

${commands.map(({ name, summary, usage }) => `  ${name.padEnd(14)}${summary}\n${' '.repeat(16)}kanalblick ${name} ${usage}`).join('\n')}

All commands take --data DIR (or KANALBLICK_DATA), --config FILE, --profile embedded|scaled and --json.`

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(`${usage()}\n`)
    return name === undefined ? 2 : 0
  }
  const command = commands.find((candidate) => candidate.name === name)
  if (!command) {
    process.stderr.write(`There is no command "${name}".\n\n${usage()}\n`)
    return 2
  }
  try {
    const { run } = await command.load()
    return await run(rest)
  } catch (error) {
    return tell(error, command)
  }
}

function tell(error: unknown, { name, usage }: Entry): number {
  const { code } = error as { code?: unknown }
  if (code === 'USAGE' || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'))) {
    process.stderr.write(`${(error as Error).message}\nUsage: kanalblick ${name} ${usage}\n`)
    return 2
  }
  if (isDiskFull(error)) {
    process.stderr.write(
      'The disk that holds the data directory is full. Free space and run the command again: what was accepted is kept, an import resumes.\n',
    )
    return 1
  }
  process.stderr.write(isOurs(error) ? `${error.message}\n` : `An unexpected fault ended the command:\n${JSON.stringify(describeError(error), null, 2)}\n`)
  return 1
}

// Embedded ClickHouse keeps threads alive after close: end explicitly, once output is flushed.
const exitCode = await main(process.argv.slice(2))
process.stdout.write('', () => process.exit(exitCode))
