/** From what consent allows to what the warehouse stores. No person, no secret, no I/O. */
import {
  type Batch,
  type ConsentedEvent,
  type CountOutcome,
  catalogue,
  createReadEvents,
  drop,
  firstStep,
  keep,
  type Outcome,
  recordWith,
  type Stage,
  settle,
} from '@kanalblick/stream'
import { createChargeToDay } from './calendar.ts'
import { createAssignChannelGroup } from './channel.ts'
import type { TransformConfig } from './config.ts'
import { createConvertCurrency } from './currency.ts'
import { toEnriched } from './enrich.ts'
import { closeItems } from './items.ts'
import type { RateTable } from './rates.ts'

export interface TransformStageOptions {
  readonly config: TransformConfig
  /** Asked once per batch, so that a newer table needs no restart. */
  readonly rates: () => RateTable
  readonly now: () => Date
  readonly count: CountOutcome
}

export function createTransformStage({ config, rates, now, count }: TransformStageOptions): Stage<'transform'> {
  const steps = transformSteps(config)
  return {
    name: 'transform',
    async process(batch) {
      const table = rates()
      const apply = (event: ConsentedEvent) => steps.apply(event, table)
      return settle(batch, { stage: 'transform', events: eventsOf(batch), apply, letterOf, book: 'ended', count, now })
    },
  }
}

const readEvents = createReadEvents('events.consented.v1')

function* eventsOf({ records }: Batch) {
  for (const record of records) yield* readEvents(record)
}

const letterOf = (event: ConsentedEvent) => recordWith('events.consented.v1', [event]).value

/** The stage in its order. */
export const transformSteps = (config: TransformConfig) =>
  firstStep<ConsentedEvent, ConsentedEvent, RateTable>(dropBots)
    .next(createChargeToDay(config.timeZone))
    .next(createConvertCurrency(config))
    .next(closeItems)
    .next(createAssignChannelGroup(config.ignoredReferrers))
    .next(toEnriched)

/** Only what visitors do: an order stays an order when the merchant's own server reports it. */
function dropBots(event: ConsentedEvent): Outcome<ConsentedEvent> {
  return event.context.device?.class === 'bot' && catalogue[event.type].purpose === 'web_analytics' ? drop('bot') : keep(event)
}
