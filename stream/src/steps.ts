/** A stage as a list of named steps, and what becomes of a batch that went through them. */
import { envelope } from './events/collected.ts'
import type { Fates } from './events/fates.ts'
import type { Batch } from './log.ts'
import { keep, type Outcome, reject } from './outcome.ts'
import { Unreadable } from './records.ts'
import type { Append } from './topics.ts'

/** One rule of a stage: pure, named; `view` holds what the batch's events need to know of the world (consents, keys, rates). */
export type Step<In, Out, View> = (event: In, view: View) => Outcome<Out>

export interface Steps<In, Out, View> {
  /** The names in order: the stage's documentation. */
  readonly names: readonly string[]
  readonly apply: Step<In, Out, View>
  /** Adds a step; its input must be what the last one keeps, so a wrong order does not compile. */
  next<Next>(step: Step<Out, Next, View>): Steps<In, Next, View>
}

export function firstStep<In, Out, View>(step: Step<In, Out, View>): Steps<In, Out, View> {
  return stepsOf([step as AnyStep<View>])
}

/** That each takes what the one before it keeps was checked as they were added. */
type AnyStep<View> = Step<unknown, unknown, View>

function stepsOf<In, Out, View>(steps: readonly AnyStep<View>[]): Steps<In, Out, View> {
  return {
    names: steps.map(({ name }) => name),
    apply: (event, view) => applyAll(steps, event, view) as Outcome<Out>,
    next: <Next>(step: Step<Out, Next, View>) => stepsOf<In, Next, View>([...steps, step as AnyStep<View>]),
  }
}

/** A defect in a step ends one event, with the step's name, and not its neighbours. The error's message may quote a value: leave it out. */
function applyAll<View>(steps: readonly AnyStep<View>[], event: unknown, view: View): Outcome<unknown> {
  let outcome: Outcome<unknown> = keep(event)
  let n = 0
  try {
    for (; outcome.kind === 'keep' && n < steps.length; n++) outcome = (steps[n] as AnyStep<View>)(outcome.event, view)
    return outcome
  } catch (error) {
    return reject('step_failed', `${steps[n]?.name}: ${(error as Error).name}`)
  }
}

/** In base64 with all around it, well below the largest record that a log takes. Our own records are far smaller. */
const maxLetterBytes = 4_000_000

type SettlingStage = 'consent' | 'transform'
type Settled = { readonly id: string; readonly version: number; readonly received_at: string; readonly channel: string }
export type CountOutcome = (stage: SettlingStage, outcome: Outcome<unknown>, events: number) => void

export interface Settling<Stage extends SettlingStage, In extends Settled> {
  readonly stage: Stage
  /** In the order of the batch, read one at a time, as they are asked for. */
  readonly events: Iterable<In | Unreadable>
  readonly apply: (event: In) => Outcome<Append<Stage>>
  /** What the dead letter of an event holds: a record of the stage's input with this event alone. */
  readonly letterOf: (event: In) => Uint8Array
  /** `all` books every event (the first stage does), `ended` only those that go no further. */
  readonly book: 'all' | 'ended'
  readonly count: CountOutcome
  readonly now: () => Date
  /** Called behind the last event. */
  readonly done?: () => void
}

/**
 * Takes every event of the batch to its outcome: kept records, dead letters, and one record that books what became of each. An event is done
 * with before the next one is asked for, so that a batch of thousands never lies in memory in all its forms.
 */
export function* settle<Stage extends SettlingStage, In extends Settled>(batch: Batch, settling: Settling<Stage, In>): Generator<Append<Stage>> {
  const { stage, events, apply, book, count, now, letterOf, done } = settling
  const appended = (topic: string, key: string, value: unknown) => ({ topic, key, value }) as unknown as Append<Stage>
  const books: Fates = { stage, id: [], version: [], received_at: [], channel: [], outcome: [], reason: [] }
  const counts = createCounts()
  for (const event of events) {
    const outcome = event instanceof Unreadable ? unreadable(batch, event) : apply(event)
    counts.add(outcome)
    if (outcome.kind === 'keep') {
      yield outcome.event
      if (book === 'ended') continue
    }
    const { id, version, received_at, channel } = event instanceof Unreadable ? nameless(event) : event
    if (outcome.kind === 'reject') {
      const letter = event instanceof Unreadable ? event.record.value : letterOf(event)
      const { reason, cause } = outcome
      const record = Buffer.from(letter).subarray(0, maxLetterBytes).toString('base64')
      yield appended(`rejected.${stage}.v1`, id, { id, stage, reason, cause, rejected_at: now().toISOString(), record })
    }
    // Who wrote such a key was none of ours, and among the books it would make those of the whole batch unreadable.
    if (event instanceof Unreadable && !isId(id)) continue
    books.id.push(id)
    books.version.push(version)
    books.received_at.push(received_at)
    books.channel.push(channel)
    books.outcome.push(outcome.kind === 'keep' ? 'kept' : outcome.kind === 'drop' ? 'dropped' : 'rejected')
    books.reason.push(outcome.kind === 'keep' ? '' : outcome.reason)
  }
  counts.report((outcome, events) => count(stage, outcome, events))
  done?.()
  if (books.id.length > 0) yield appended(`fates.${stage}.v1`, batch.records[0]?.key ?? '', books)
}

const unreadable = ({ topic, partition }: Batch, { record: { offset } }: Unreadable) =>
  reject('record_unreadable', `${topic} partition ${partition} offset ${offset}`)

/** What is left to say of a record that cannot be read. */
const nameless = ({ record: { key, appendedAtMs } }: Unreadable): Settled => ({
  id: key,
  version: 1,
  received_at: new Date(appendedAtMs).toISOString(),
  channel: '',
})

const isId = (key: string) => envelope.shape.id.safeParse(key).success

/** Outcomes of one batch, by kind and reason: metrics are told once per batch. */
function createCounts() {
  const counts = new Map<string, { readonly outcome: Outcome<unknown>; events: number }>()
  return {
    add(outcome: Outcome<unknown>): void {
      const kind = outcome.kind === 'keep' ? 'keep' : outcome.reason
      const known = counts.get(kind)
      if (known) known.events++
      else counts.set(kind, { outcome, events: 1 })
    },
    report(tell: (outcome: Outcome<unknown>, events: number) => void): void {
      for (const { outcome, events } of counts.values()) tell(outcome, events)
    },
  }
}
