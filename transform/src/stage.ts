/** From what consent allows to what the warehouse stores. No person, no secret, no I/O. */
import {
  type ConsentedEvent,
  type CountOutcome,
  catalogue,
  conformsTo,
  consentedEvent,
  drop,
  firstStep,
  keep,
  type Outcome,
  readEvents,
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
      const events = readEvents(batch, (value) => (conforms(value) ? (value as ConsentedEvent) : consentedEvent.parse(value)))
      return settle(batch, { stage: 'transform', events, apply, book: 'ended', count, now })
    },
  }
}

const conforms = conformsTo(consentedEvent)

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
