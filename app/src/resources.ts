type Close = () => Promise<void> | void

/** What was opened, to be ended in reverse order. */
export function createResources() {
  const closing: Close[] = []
  return {
    opened<Resource>(resource: Resource, close: (resource: Resource) => Promise<void> | void): Resource {
      closing.push(() => close(resource))
      return resource
    },
    async closeAll(): Promise<void> {
      for (const close of closing.splice(0).toReversed()) await close()
    },
  }
}

/** A promise that never resolves, and rejects with the first failure told. */
export function createFailure(): { readonly failed: Promise<never>; readonly fail: (error: unknown) => void } {
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  // Whoever waits for it hears of it; nobody has to.
  failed.catch(() => undefined)
  return { failed, fail }
}

/** What goes on until it is stopped. Whatever of it fails is told. */
export interface Work {
  /** Aborted when the work is to end. */
  readonly signal: AbortSignal
  keep(work: Promise<void>): void
  /** Resolves once all of it has ended. */
  stop(): Promise<void>
}

export function createWork(fail: (error: unknown) => void): Work {
  const stopping = new AbortController()
  const running: Promise<void>[] = []
  return {
    signal: stopping.signal,
    keep(work) {
      running.push(work)
      work.catch(fail)
    },
    async stop() {
      stopping.abort()
      await Promise.allSettled(running)
    },
  }
}
