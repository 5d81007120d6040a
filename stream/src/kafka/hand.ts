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

interface State {
  held: Held | undefined
  waiting: ((batch: Batch | undefined) => void) | undefined
  open: boolean
  given: number
}

export function openHand(): Hand {
  const state: State = { held: undefined, waiting: undefined, open: true, given: 0 }
  return {
    offer: (offer) =>
      new Promise((resolve) => {
        state.held = { ...offer, taken: false, advancing: undefined, settle: resolve }
        serve(state)
      }),
    async withdraw() {
      const withdrawn = state.held
      await withdrawn?.advancing?.catch(() => undefined)
      if (withdrawn) settle(state, withdrawn, false)
    },
    next: () =>
      new Promise((resolve, reject) => {
        if (state.waiting || state.held?.taken) return reject(new Error('A member asked for a batch before it was done with the last one.'))
        state.waiting = resolve
        serve(state)
      }),
    advance: (batch, append) => advance(state, batch, append),
    retreat(batch) {
      if (state.held?.batch !== batch || state.held.advancing) return
      state.held.taken = false
      serve(state)
    },
    waitsSince: () => (state.waiting && !state.held ? state.given : undefined),
    close() {
      state.open = false
      serve(state)
    },
  }
}

function serve(state: State): void {
  const { waiting, held, open } = state
  if (!waiting || (open && (!held || held.taken))) return
  if (open && held) held.taken = true
  state.given++
  state.waiting = undefined
  waiting(open ? held?.batch : undefined)
}

function settle(state: State, done: Held, advanced: boolean): void {
  if (state.held === done) state.held = undefined
  done.settle(advanced)
}

async function advance(state: State, batch: Batch, append: () => Promise<void>): Promise<void> {
  const { held } = state
  if (held?.batch !== batch || !held.taken || held.advancing) throw new StaleBatchError(batch)
  held.advancing = held.commit(append)
  try {
    await held.advancing
    settle(state, held, true)
  } catch (error) {
    if (error instanceof StaleBatchError) settle(state, held, false)
    throw error
  } finally {
    held.advancing = undefined
  }
}
