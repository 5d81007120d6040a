/** The library can stop handing over records without an error: notice it, so that a supervisor can start the process again. */

export interface StallWatch {
  readonly limitMs: number
  /** The same number as long as the member waits in vain; `undefined` while it works. */
  readonly waitsSince: () => number | undefined
  /** Records that the member could have read. A rejection says nothing about the consumer and starts the count again. */
  readonly lag: () => Promise<number>
  readonly onStall: () => void
}

const samples = 6

/** Calls `onStall` once, when every sample over `limitMs` saw the same wait and records that lay ready. Returns how to end the watch. */
export function watchForStall({ limitMs, waitsSince, lag, onStall }: StallWatch): () => void {
  let last: number | undefined
  let inVain = 0
  const sample = async () => {
    const since = waitsSince()
    const behind = since !== undefined && since === last && (await lag().catch(() => 0)) > 0 && since === waitsSince()
    last = since
    inVain = behind ? inVain + 1 : 0
    if (inVain < samples) return
    clearInterval(timer)
    onStall()
  }
  const timer = setInterval(() => void sample(), limitMs / samples)
  timer.unref()
  return () => clearInterval(timer)
}
