/** `npm run bench -- PART... [--events 1e6,20e6] [--seconds 30] [--data DIR] [--json FILE]` */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compile } from '../app/bin/compile.mjs'
import { describeMachine } from './machine.ts'
import { asTable, type BenchOptions, type BenchPart, type BenchRow, isMet } from './result.ts'

const parts: Readonly<Record<string, () => Promise<{ readonly run: BenchPart }>>> = {
  stages: () => import('./stages.ts'),
  http: () => import('./http.ts'),
  rollups: () => import('./rollups.ts'),
  queries: () => import('./queries.ts'),
  size: () => import('./size.ts'),
  'cold-start': () => import('./cold-start.ts'),
  adapters: () => import('./adapters.ts'),
  scaling: () => import('./scaling.ts'),
  subject: () => import('./subject.ts'),
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1e6,20e6' },
    seconds: { type: 'string', default: '30' },
    data: { type: 'string' },
    json: { type: 'string' },
  },
})
const chosen = positionals.includes('all') ? Object.keys(parts) : positionals
const unknown = chosen.filter((name) => !Object.hasOwn(parts, name))
if (chosen.length === 0 || unknown.length > 0) {
  console.error(`Say what to measure: ${Object.keys(parts).join(', ')} or all.`)
  process.exit(2)
}
const temporary = mkdtempSync(join(tmpdir(), 'kanalblick-bench-'))
const options: BenchOptions = {
  events: values.events.split(',').map(Number),
  data: values.data ?? temporary,
  seconds: Number(values.seconds),
}

// What is measured in a process of its own runs compiled, as users run it.
if (!compile('test')) process.exit(1)
const machine = await describeMachine()
const { cores, processor, memoryGiB, node, floorEventsPerSecond, shareOfOneCore } = machine
console.log(
  `${cores} cores (${processor}), ${memoryGiB} GiB, Node ${node}, floor ${floorEventsPerSecond.toLocaleString('en')} events/s on one core, of which ${shareOfOneCore} was free`,
)
const results: Record<string, (BenchRow & { met?: boolean | undefined })[]> = {}
for (const name of chosen) {
  const part = await parts[name]?.()
  const rows = (await part?.run(options)) ?? []
  console.log(`\n${name}\n${asTable(rows)}`)
  results[name] = rows.map((row) => ({ ...row, ...(row.target && { met: isMet(row) }) }))
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, options, results }, null, 2)}\n`)
rmSync(temporary, { recursive: true, force: true })
// The embedded warehouse keeps threads alive.
process.exit(0)
