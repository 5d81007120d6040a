/** The command line: `kanalblick COMMAND`. Each command is one file in `cli/`; `--json` makes its result machine-readable. */
import { auditCommand } from './cli/audit.ts'
import { checkConfigCommand } from './cli/check-config.ts'
import type { Command } from './cli/command.ts'
import { importCommand } from './cli/import.ts'
import { keysCommand } from './cli/keys.ts'
import { queryCommand } from './cli/query.ts'
import { startCommand } from './cli/start.ts'
import { describeError, isOurs } from './errors.ts'

const commands: readonly Command[] = [startCommand, importCommand, queryCommand, auditCommand, keysCommand, checkConfigCommand]

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
    return await command.run(rest)
  } catch (error) {
    const usageFault = (error as { code?: unknown }).code
    if (typeof usageFault === 'string' && (usageFault === 'USAGE' || usageFault.startsWith('ERR_PARSE_ARGS'))) {
      process.stderr.write(`${(error as Error).message}\nUsage: kanalblick ${command.name} ${command.usage}\n`)
      return 2
    }
    process.stderr.write(isOurs(error) ? `${error.message}\n` : `An unexpected fault ended the command:\n${JSON.stringify(describeError(error), null, 2)}\n`)
    return 1
  }
}

// Embedded ClickHouse keeps threads alive after close: end explicitly, once output is flushed.
const exitCode = await main(process.argv.slice(2))
process.stdout.write('', () => process.exit(exitCode))
