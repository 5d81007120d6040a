/**
 * Where the library's push meets the port's pull: the consumer offers one batch and waits with it, the member takes it and says what
 * came of it. Nothing here knows Kafka.
 */
import { type Batch, StaleBatchError } from '../log.ts'

/** The consumer's side of one batch. */
export interface Offer {
  readonly batch: Batch
  /** Appends and commits; the batch counts as done when it resolves. @throws StaleBatchError */
  commit(append: () => Promise<void>): Promise<void>
}

export interface Hand {
  /** Resolves `true` once the batch is advanced, `false` once it is taken back. Only one offer at a time. */
  offer(offer: Offer): Promise<boolean>
  /** Takes the batch back from the member, after an advance under way has come to its end. The member's own advance is stale from now on. */
  withdraw(): Promise<void>
  next(): Promise<Batch | undefined>
  advance(batch: Batch, append: () => Promise<void>): Promise<void>
  retreat(batch: Batch): void
  /** Counts what the member was given; `undefined` unless it waits with nothing on offer. */
  waitsSince(): number | undefined
  /** A waiting `next` resolves with `undefined`, and every later one. */
  close(): void
}

interface Held extends Offer {
  taken: boolean
  advancing: Promise<void> | undefined
  readonly settle: (advanced: boolean) => void
}

export function openHand(): Hand {
  let held: Held | undefined
  let waiting: ((batch: Batch | undefined) => void) | undefined
  let open = true
  let given = 0

  const serve = () => {
    if (!waiting || (open && (!held || held.taken))) return
    if (open && held) held.taken = true
    given++
    waiting(open ? held?.batch : undefined)
    waiting = undefined
  }
  const settle = (done: Held, advanced: boolean) => {
    if (held === done) held = undefined
    done.settle(advanced)
  }
  return {
    offer: (offer) =>
      new Promise((resolve) => {
        held = { ...offer, taken: false, advancing: undefined, settle: resolve }
        serve()
      }),
    async withdraw() {
      const withdrawn = held
      await withdrawn?.advancing?.catch(() => undefined)
      if (withdrawn) settle(withdrawn, false)
    },
    next: () =>
      new Promise((resolve, reject) => {
        if (waiting || held?.taken) return reject(new Error('A member asked for a batch before it was done with the last one.'))
        waiting = resolve
        serve()
      }),
    async advance(batch, append) {
      const current = held
      if (current?.batch !== batch || !current.taken || current.advancing) throw new StaleBatchError(batch)
      current.advancing = current.commit(append)
      try {
        await current.advancing
        settle(current, true)
      } catch (error) {
        if (error instanceof StaleBatchError) settle(current, false)
        throw error
      } finally {
        current.advancing = undefined
      }
    },
    retreat(batch) {
      if (held?.batch !== batch || held.advancing) return
      held.taken = false
      serve()
    },
    waitsSince: () => (waiting && !held ? given : undefined),
    close() {
      open = false
      serve()
    },
  }
}
