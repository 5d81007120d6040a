import { createLogger } from '../logger.ts'
import { operate } from '../operator.ts'
import { type Command, parseCommand, print, printJson } from './command.ts'

export const run: Command = async (args) => {
  const { json, config: read } = parseCommand(args)
  const operator = await operate(read(), createLogger('warn'), ['reports'])
  try {
    await operator.drained()
    const report = await operator.audit()
    if (json) printJson(report)
    else print(describe(report))
    return report.clean ? 0 : 1
  } finally {
    await operator.close()
  }
}

function describe(report: Awaited<ReturnType<Awaited<ReturnType<typeof operate>>['audit']>>): string {
  const { accepted, stored, deleted, dropped, rejected } = report.totals
  const head = `accepted ${accepted} = stored ${stored}${deleted > 0 ? ` + deleted ${deleted}` : ''} + dropped ${dropped} + rejected ${rejected}`
  if (report.clean) return `${head}\nThe books agree.`
  const shown = report.findings.slice(0, 20).map(
    (finding) =>
      `  - ${Object.entries(finding)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', ')}`,
  )
  return `${head}\nThe books do not agree: ${report.findings.length} findings.\n${shown.join('\n')}${report.findings.length > 20 ? '\n  ... (all with --json)' : ''}`
}
