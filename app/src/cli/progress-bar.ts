import { Presets, SingleBar } from 'cli-progress'

export interface ProgressBar {
  update(done: number, total: number): void
  /** All is handed over; what remains is waiting. */
  waiting(): void
  stop(): void
}

/** A bar on a terminal, a line every tenth elsewhere, nothing with --json. On standard error: standard output is the result's. */
export function progressBar(json: boolean, unit: 'lines' | 'days'): ProgressBar {
  if (json) return { update: () => undefined, waiting: () => undefined, stop: () => undefined }
  return process.stderr.isTTY ? terminalBar(unit) : plainLines(unit)
}

const say = (text: string) => void process.stderr.write(`${text}\n`)
const waitingText = (unit: string) => `All ${unit} accepted, waiting for the rollups ...`

function plainLines(unit: string): ProgressBar {
  let tenth = 0
  return {
    update(done, total) {
      const reached = Math.floor((10 * done) / Math.max(total, 1))
      if (reached > tenth) say(`${reached * 10} % (${done} of ${total} ${unit})`)
      tenth = Math.max(tenth, reached)
    },
    waiting: () => say(waitingText(unit)),
    stop: () => undefined,
  }
}

function terminalBar(unit: string): ProgressBar {
  const bar = new SingleBar(
    { format: `{bar} {percentage} % | {value}/{total} ${unit} | {eta_formatted} left`, stream: process.stderr, hideCursor: true },
    Presets.shades_classic,
  )
  let started = false
  return {
    update(done, total) {
      if (!started) bar.start(total, done)
      started = true
      bar.update(done)
    },
    waiting() {
      bar.stop()
      say(waitingText(unit))
    },
    stop: () => bar.stop(),
  }
}
