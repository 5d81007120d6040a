import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from './errors.ts'

const drainPauseMs = 50
// Longer than Kafka takes to give a killed member's partitions to another.
const stalledMs = 180_000
const stalledMessage =
  'For three minutes no stage has made progress; the lines above say why. Perhaps the disk of a store is full: Free space. Perhaps a process of a stage is missing: start it. What was accepted is kept, run the command again then.'

/** Waits while there is less and less to do. @throws AppError PIPELINE_STALLED when that stays the same for three minutes */
export async function untilZero(count: () => Promise<number>): Promise<void> {
  let left = Number.POSITIVE_INFINITY
  let sinceMs = performance.now()
  for (let now = await count(); now > 0; now = await count()) {
    if (now !== left) sinceMs = performance.now()
    left = now
    if (performance.now() - sinceMs > stalledMs) throw new AppError('PIPELINE_STALLED', stalledMessage)
    await delay(drainPauseMs)
  }
}
