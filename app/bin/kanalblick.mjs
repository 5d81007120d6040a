#!/usr/bin/env node
// Runs the command line from its TypeScript sources with the same Node; the pipe between the two ends one when the other ends.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const child = spawn(process.execPath, ['--conditions=source', '--import', import.meta.resolve('tsx'), cli, ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
// A terminal sends Ctrl-C to both; what a supervisor sends to this process alone is passed on.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)))
