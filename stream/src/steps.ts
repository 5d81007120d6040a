/** A stage as a list of named steps, and what becomes of a batch that went through them. */
import type { Fates } from './events/fates.ts'
import type { Batch, LogRecord } from './log.ts'
import { type Outcome, reject } from './outcome.ts'
import { fromRecord } from './run.ts'
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
  return stepsOf([step.name], guarded(step))
}

function stepsOf<In, Out, View>(names: readonly string[], apply: Step<In, Out, View>): Steps<In, Out, View> {
  return {
    names,
    apply,
    next<Next>(next: Step<Out, Next, View>) {
      const step = guarded(next)
      return stepsOf<In, Next, View>([...names, next.name], (event, view) => {
        const outcome = apply(event, view)
        return outcome.kind === 'keep' ? step(outcome.event, view) : outcome
      })
    },
  }
}

/** A defect in a step ends one event, with the step's name, and not its neighbours. The error's message may quote a value: leave it out. */
const guarded =
  <In, Out, View>(step: Step<In, Out, View>): Step<In, Out, View> =>
  (event, view) => {
    try {
      return step(event, view)
    } catch (error) {
      return reject('step_failed', `${step.name}: ${(error as Error).name}`)
    }
  }

type SettlingStage = 'consent' | 'transform'
type Settled = { readonly id: string; readonly version: number; readonly received_at: string; readonly channel: string }
export type CountOutcome = (stage: SettlingStage, outcome: Outcome<unknown>) => void

export interface Settling<Stage extends SettlingStage, In extends Settled> {
  readonly stage: Stage
  /** From `readEvents`: one for each record of the batch. */
  readonly events: readonly (In | undefined)[]
  readonly apply: (event: In) => Outcome<Append<Stage>>
  /** `all` books every event (the first stage does), `ended` only those that go no further. */
  readonly book: 'all' | 'ended'
  readonly count: CountOutcome
  readonly now: () => Date
}

/**
 * The events of a batch, in its order; `undefined` where a record is not what its topic promises.
 * @param parse checks that a record's value has the promised shape, and throws when it has not
 */
export const readEvents = <In>(batch: Batch, parse: (value: unknown) => In): (In | undefined)[] => batch.records.map((record) => readable(record, parse))

/** Takes every event of the batch to its outcome: kept records, dead letters, and one record that books what became of each. */
export function settle<Stage extends SettlingStage, In extends Settled>(batch: Batch, settling: Settling<Stage, In>): Append<Stage>[] {
  const { stage, book, count, now } = settling
  const outputs: { topic: string; key: string; value: unknown }[] = []
  const books: Fates = { stage, id: [], version: [], received_at: [], channel: [], outcome: [], reason: [] }
  for (const [n, record] of batch.records.entries()) {
    const event = settling.events[n]
    const outcome = event ? settling.apply(event) : reject('record_unreadable', `${batch.topic} partition ${batch.partition} offset ${record.offset}`)
    count(stage, outcome)
    if (outcome.kind === 'keep') outputs.push(outcome.event)
    if (outcome.kind === 'reject') {
      const value = {
        id: record.key,
        stage,
        reason: outcome.reason,
        cause: outcome.cause,
        rejected_at: now().toISOString(),
        record: Buffer.from(record.value).toString('base64'),
      }
      outputs.push({ topic: `rejected.${stage}.v1`, key: record.key, value })
    }
    if (book === 'all' || outcome.kind !== 'keep') {
      books.id.push(record.key)
      books.version.push(event?.version ?? 1)
      books.received_at.push(event?.received_at ?? new Date(record.appendedAtMs).toISOString())
      books.channel.push(event?.channel ?? '')
      books.outcome.push(outcome.kind === 'keep' ? 'kept' : outcome.kind === 'drop' ? 'dropped' : 'rejected')
      books.reason.push(outcome.kind === 'keep' ? '' : outcome.reason)
    }
  }
  if (books.id.length > 0) outputs.push({ topic: `fates.${stage}.v1`, key: batch.records[0]?.key ?? '', value: books })
  return outputs as unknown as Append<Stage>[]
}

function readable<In>(record: LogRecord, parse: (value: unknown) => In): In | undefined {
  try {
    return parse(fromRecord(record))
  } catch {
    return undefined
  }
}
