// Programs run compiled: to read TypeScript would double the time of every start. Compiles when a source is not the one that was compiled.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const stages = ['stream', 'ingest', 'consent', 'transform', 'warehouse', 'reports']

/** @param {'app' | 'test'} project with all it needs. Returns whether what is built is what the sources say; the compiler has said why not. */
export function compile(project) {
  const folders = project === 'app' ? [...stages, 'app'] : [...stages, 'app', 'test']
  const built = folders.map((folder) => join(root, folder, 'dist'))
  const isBuilt = built.every((folder) => existsSync(folder))
  // Installed to run and not to be worked on, it is what was delivered.
  if (isBuilt && !existsSync(compiler)) return true
  const marker = join(root, project, 'dist/compiled.json')
  const before = readMarker(marker)
  const sources = Object.fromEntries(folders.flatMap(sourcesIn))
  if (isBuilt && JSON.stringify(before.sources) === JSON.stringify(sources)) return true

  // The compiler neither sees what is older than its last work nor removes what it made of a file that is gone.
  const unseen = ([file, ms]) => before.sources[file] !== ms && ms < before.writtenMs
  if (Object.keys(before.sources).some((file) => !(file in sources)) || Object.entries(sources).some(unseen))
    for (const folder of built) rmSync(folder, { recursive: true, force: true })
  process.stderr.write('Compiling ...\n')
  const { status } = spawnSync(process.execPath, [compiler, '--build', project], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status === 0) keepMarker(marker, sources)
  return status === 0
}

/** Vitest calls it before it runs tests, some of which start programs. */
export function setup(project) {
  const compileAll = () => {
    if (!compile('test')) throw new Error('The sources do not compile.')
  }
  compileAll()
  project.onTestsRerun(compileAll)
}

/** Of every source, when it was changed. */
function sourcesIn(folder) {
  const within = folder === 'test' ? 'test' : `${folder}/src`
  const files = readdirSync(join(root, within), { recursive: true }).filter((file) => file.endsWith('.ts') && !/^(dist|node_modules)\b/.test(file))
  return [...files.map((file) => join(within, file)), join(folder, 'tsconfig.json'), 'tsconfig.base.json'].map((file) => [
    file,
    statSync(join(root, file)).mtimeMs,
  ])
}

function readMarker(marker) {
  try {
    return { sources: JSON.parse(readFileSync(marker, 'utf8')), writtenMs: statSync(marker).mtimeMs }
  } catch {
    return { sources: {}, writtenMs: 0 }
  }
}

function keepMarker(marker, sources) {
  try {
    writeFileSync(marker, JSON.stringify(sources))
  } catch {
    // In a folder of somebody else's the compiler is asked at every start.
  }
}
