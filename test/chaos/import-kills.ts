/** The real command line, killed at random points of a long import and run again. */

import { importOnlineRetail, onlineRetailNumbers } from '../support/online-retail.ts'
import { askKanalblick, spawnKanalblick } from '../support/product.ts'
import type { Random } from './journal.ts'

const shortestMs = 300
const longestMs = 9_000

/** @returns the numbers that the import ended in, and what the audit says of it */
export async function killImports(folder: string, { kills, random }: { kills: number; random: Random }) {
  const data = ['--data', folder]
  const endings: string[] = []
  let completed = false
  for (let kill = 0; kill < kills; kill++) {
    // Once the file is through, sending it again keeps every store busy for the kills that are left.
    const running = spawnKanalblick([...importOnlineRetail, ...(completed ? ['--again'] : []), ...data])
    const timer = setTimeout(() => running.process.kill('SIGKILL'), shortestMs + random() * (longestMs - shortestMs))
    const { code, signal, stderr } = await running.finished
    clearTimeout(timer)
    completed ||= code === 0
    endings.push(signal ?? (code === 0 ? 'done' : stderr))
  }
  await askKanalblick([...importOnlineRetail, ...data])
  const numbers = await onlineRetailNumbers(data)
  const audit = await askKanalblick<{ clean: boolean; findings: unknown[] }>(['audit', ...data])
  return { endings, numbers, audit }
}
