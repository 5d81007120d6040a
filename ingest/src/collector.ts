/** The one way into the log. */
import { type Logger, toNewRecords, type WrittenBy } from '@kanalblick/stream'
import type { Collect } from './collect.ts'
import { IngestError } from './errors.ts'
import type { Origin, SourceEvent } from './ports.ts'

export interface Collector {
  /** When something that came just now was received. Never goes back. */
  arrival(): Date
  /**
   * Resolves once all records survive a crash.
   * @throws IngestError STORAGE_UNAVAILABLE: nothing was accepted for certain, sending again is safe
   */
  append(records: readonly WrittenBy<'ingest'>[], origin: Origin): Promise<void>
  /** Collects events that arrive now and appends them. @throws IngestError STORAGE_UNAVAILABLE */
  accept(events: readonly SourceEvent[], origin: Origin): Promise<void>
}

export interface CollectorParts {
  readonly collect: Collect
  /** Resolves once the records survive a crash. */
  readonly append: (records: readonly WrittenBy<'ingest'>[]) => Promise<void>
  readonly now: () => Date
  readonly logger: Logger
}

const retryAfterSeconds = 5

export function createCollector({ collect, append, now, logger }: CollectorParts): Collector {
  const arrival = createArrivalClock(now)
  const store = async (records: () => readonly WrittenBy<'ingest'>[], { channel, collector }: Origin) => {
    try {
      const made = records()
      if (made.length > 0) await append(made)
    } catch (error) {
      logger.error('events could not be stored', { channel, collector, error })
      throw new IngestError('STORAGE_UNAVAILABLE', { retryAfterSeconds, cause: error })
    }
  }
  return {
    arrival,
    append: (records, origin) => store(() => records, origin),
    accept: (events, origin) => store(() => toNewRecords<'ingest'>(collect(events, origin, arrival())), origin),
  }
}

const longestStandstillMs = 3_600_000

/**
 * Stands still while a clock that was set back catches up: of two choices of a person the later one counts, and it is told by the time of
 * arrival. A clock that went back by more than an hour is believed: no key would seal what lies so far ahead.
 */
function createArrivalClock(now: () => Date): () => Date {
  let latestMs = Number.NEGATIVE_INFINITY
  return () => {
    const nowMs = now().getTime()
    latestMs = latestMs - nowMs > longestStandstillMs ? nowMs : Math.max(latestMs, nowMs)
    return new Date(latestMs)
  }
}
