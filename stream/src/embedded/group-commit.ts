/** Many small appends share one transaction, and so one wait for the disk: all that is asked for in one turn of the event loop. */
import type { Batch, NewRecord } from '../log.ts'
import { StaleBatchError } from '../log.ts'
import { logClosed } from '../log-error.ts'
import type { Position, Store } from './store.ts'

/** What one caller wants written, all of it or nothing. */
export interface Write {
  readonly records: readonly NewRecord[]
  readonly position?: Position
  /** The batch that the position moves past, and whether the member still holds it when the transaction begins. */
  readonly batch?: Batch
  readonly held?: () => boolean
}

export interface GroupCommit {
  /** Resolves once the write is durable. @throws StaleBatchError, LogError LOG_DISK_FULL, LOG_CLOSED */
  write(write: Write): Promise<void>
  /** Writes what waits, then refuses. */
  close(): void
}

interface Waiting {
  readonly write: Write
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function openGroupCommit(store: Store, written: () => void): GroupCommit {
  let waiting: Waiting[] = []
  let open = true
  const commit = () => {
    const writes = waiting.filter(refuseStale)
    waiting = []
    if (writes.length === 0) return
    try {
      store.write(
        writes.flatMap(({ write }) => write.records),
        writes.flatMap(({ write }) => write.position ?? []),
      )
    } catch (error) {
      for (const { reject } of writes) reject(error)
      return
    }
    for (const { resolve } of writes) resolve()
    written()
  }
  return {
    write: (write) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(logClosed())
        if (waiting.push({ write, resolve, reject }) === 1) setImmediate(commit)
      }),
    close() {
      open = false
      commit()
    },
  }
}

function refuseStale({ write, reject }: Waiting): boolean {
  if (!write.batch || write.held?.()) return true
  reject(new StaleBatchError(write.batch))
  return false
}
