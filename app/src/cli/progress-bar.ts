import type { MapProgress } from '@kanalblick/ingest'
import { Presets, SingleBar } from 'cli-progress'

export interface ProgressBar {
  update(progress: MapProgress): void
  /** All is handed over; what remains is waiting. */
  waiting(): void
  stop(): void
}

/** A bar on a terminal, a line every tenth elsewhere, nothing with --json. On standard error: standard output is the result's. */
export function progressBar(json: boolean): ProgressBar {
  if (json) return { update: () => undefined, waiting: () => undefined, stop: () => undefined }
  return process.stderr.isTTY ? terminalBar() : plainLines()
}

const say = (text: string) => void process.stderr.write(`${text}\n`)
const waitingText = 'All lines accepted, waiting for the rollups ...'

function plainLines(): ProgressBar {
  let tenth = 0
  return {
    update({ lines, totalLines }) {
      const reached = Math.floor((10 * lines) / Math.max(totalLines, 1))
      if (reached > tenth) say(`${reached * 10} % (${lines} of ${totalLines} lines)`)
      tenth = Math.max(tenth, reached)
    },
    waiting: () => say(waitingText),
    stop: () => undefined,
  }
}

function terminalBar(): ProgressBar {
  const bar = new SingleBar(
    { format: '{bar} {percentage} % | {value}/{total} lines | {eta_formatted} left', stream: process.stderr, hideCursor: true },
    Presets.shades_classic,
  )
  let started = false
  return {
    update({ lines, totalLines }) {
      if (!started) bar.start(totalLines, lines)
      started = true
      bar.update(lines)
    },
    waiting() {
      bar.stop()
      say(waitingText)
    },
    stop: () => bar.stop(),
  }
}
