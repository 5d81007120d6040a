/** The only loop: read a batch, process it, append what came of it and move on. Every stage runs in it. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Batch, isErased, type Log } from './log.ts'
import type { Logger } from './logger.ts'
import { toPackedRecords } from './records.ts'
import { type Append, type StageName, topicsReadBy } from './topics.ts'

export interface Stage<Name extends StageName> {
  readonly name: Name
  /**
   * Turns one batch into records for the stage's own topics, which may be made as they are taken: once, in order, and all of them. Trouble
   * with one event is an outcome, not an error.
   * @throws only when infrastructure is lost (a database, a disk): the loop tries the same batch again.
   */
  process(batch: Batch): Promise<Iterable<Append<Name>>>
}

export interface RunOptions {
  readonly log: Log
  readonly logger: Logger
  /** Aborting it ends the loop after the batch at hand. */
  readonly signal: AbortSignal
  readonly metrics: RunMetrics
}

export interface RunMetrics {
  advanced(stage: StageName, batch: Batch, durationMs: number): void
  retried(stage: StageName): void
  missed(stage: StageName, records: number): void
}

const firstRetryMs = 100
const lastRetryMs = 10_000

/** Resolves when the signal aborts. Rejects when the log itself fails: a supervisor restarts the process then. */
export async function run<Name extends StageName>(stage: Stage<Name>, { log, logger, signal, metrics }: RunOptions): Promise<void> {
  const member = await log.join(stage.name, topicsReadBy(stage.name))
  const leave = () => void member.close()
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    for (let retryMs = firstRetryMs; ; ) {
      const batch = await member.next()
      // Another member of the group may have left at the same moment, with the batch that falls to this one still in its hands.
      if (!batch || signal.aborted) return
      if (batch.missed > 0) {
        metrics.missed(stage.name, batch.missed)
        logger.error('records expired before they were read', { stage: stage.name, topic: batch.topic, partition: batch.partition, records: batch.missed })
      }
      try {
        const startedMs = performance.now()
        const live = withoutErased(batch)
        const outputs = live.records.length > 0 ? await stage.process(live) : []
        await member.advance(batch, toPackedRecords(outputs, log.partitions))
        metrics.advanced(stage.name, batch, performance.now() - startedMs)
        retryMs = firstRetryMs
      } catch (error) {
        if ((error as { code?: unknown }).code === 'STALE_BATCH') continue
        if (signal.aborted) return
        metrics.retried(stage.name)
        logger.warn('batch failed, trying it again', { stage: stage.name, topic: batch.topic, partition: batch.partition, retryMs, error })
        await member.retreat(batch)
        await delay(retryMs, undefined, { signal }).catch(() => undefined)
        retryMs = Math.min(retryMs * 2, lastRetryMs)
      }
    }
  } finally {
    signal.removeEventListener('abort', leave)
    await member.close()
  }
}

/** Erased records had their end before they were erased: reading the log again must not give them another. */
const withoutErased = (batch: Batch): Batch =>
  batch.records.some(isErased) ? { ...batch, records: batch.records.filter((record) => !isErased(record)) } : batch
