/** From the command to "ready", in a directory that is new and in one with data, and what the process takes once it is idle. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { startKanalblick, temporaryFolder } from '../test/support/product.ts'
import { datasetAt } from './dataset.ts'
import type { BenchPart, BenchRow } from './result.ts'
import { memoryOf, processorMsOf } from './server.ts'
import { interleaved, median } from './statistics.ts'

const rounds = 3

export const run: BenchPart = async ({ data, events }) => {
  const full = await datasetAt(data, events.at(-1) ?? 0)
  const folder = await temporaryFolder()
  try {
    let fresh = 0
    const used = join(folder.path, 'used')
    await startAndStop(used)
    const ms = await interleaved(rounds, {
      'Node alone': () => execFileSync(process.execPath, ['-e', '0']),
      'an empty directory, first start': () => startAndStop(join(folder.path, `fresh-${fresh++}`)),
      'an empty directory, started before': () => startAndStop(used),
      [`${full.events / 1e6} M events`]: () => startAndStop(full.path),
    })
    const target = { atMost: 3000 }
    const rows = Object.entries(ms).map(([what, all], n): BenchRow => ({ what, measured: Math.round(median(all)), unit: 'ms', ...(n > 0 && { target }) }))
    const processorMs = median(startsMs.get(full.path) ?? [])
    return [
      ...rows,
      { what: `processor time until ready, ${full.events / 1e6} M events`, measured: Math.round(processorMs), unit: 'ms', target },
      { what: `memory when ready, ${full.events / 1e6} M events`, measured: residentMiB, unit: 'MiB', target: { atMost: 1536 } },
    ]
  } finally {
    await folder.remove()
  }
}

let residentMiB = 0
/** Processor time of every start, by directory. */
const startsMs = new Map<string, number[]>()

/** Stopping is not measured: the process is killed, and starts on what it left. */
async function startAndStop(path: string): Promise<void> {
  const server = await startKanalblick(['--data', path], { env: { KANALBLICK_LOG_LEVEL: 'warn' } })
  const { pid = 0 } = server.process
  residentMiB = memoryOf(pid).residentMiB
  startsMs.set(path, [...(startsMs.get(path) ?? []), processorMsOf(pid)])
  await server.kill()
}
