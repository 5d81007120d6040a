/** The figures of this machine: `npm run bench`, or `npm run bench -- --json`. */
import { measureStages } from './stages.ts'

const figures = await measureStages()
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
else {
  process.stdout.write(`${figures.events} events of ${figures.bytesPerEvent} bytes, median of ${figures.rounds} interleaved rounds, one core\n\n`)
  for (const { what, eventsPerSecond, shareOfFloor } of figures.rows)
    process.stdout.write(`${what.padEnd(22)}${String(eventsPerSecond).padStart(9)} events/s ${String(shareOfFloor).padStart(6)} x floor\n`)
}
process.exit(0)
