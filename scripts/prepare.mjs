// `npm start` and `npm test` work alone on a fresh clone: install when the lock file is newer than what is installed, build the dashboard
// when its sources are newer than what is built. What runs compiles itself.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const changedAt = (file) => statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
const newestIn = (folder) => Math.max(...readdirSync(join(root, folder), { recursive: true }).map((file) => changedAt(join(folder, file))))

function run(what, command, args, folder = root) {
  console.error(`${what} ...`)
  const { status } = spawnSync(command, args, { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}

if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json')) run('Installing dependencies (npm ci)', 'npm', ['ci', '--ignore-scripts'])

const dashboard = 'reports/dashboard'
const sources = [
  newestIn(`${dashboard}/src`),
  newestIn('reports/src'),
  ...['index.html', 'vite.config.ts', 'package.json'].map((file) => changedAt(`${dashboard}/${file}`)),
]
if (changedAt(`${dashboard}/dist/index.html`) < Math.max(...sources, changedAt('package-lock.json')))
  run('Building the dashboard', process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], join(root, dashboard))
