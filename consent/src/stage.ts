/**
 * The consent stage: the one way from zone identity to zone analytics. What comes in names persons; what goes out carries pseudonyms,
 * and of everything else only what the recorded consent allows.
 */
import {
  type Append,
  type CountOutcome,
  firstStep,
  type Logger,
  readEvents,
  type SealedEvent,
  type Stage,
  type Steps,
  sealedEvent,
  settle,
} from '@kanalblick/stream'
import type { ConsentConfig } from './config.ts'
import type { Keyring } from './keyring.ts'
import type { Ledger } from './ledger.ts'
import type { RequestRegister } from './requests/register.ts'
import { createScrubbers } from './scrub/scrub.ts'
import {
  checkData,
  createCoarsenTimes,
  createScrubText,
  dropWithoutPurpose,
  openPayload,
  pseudonymise,
  recogniseType,
  refuseMalformed,
  stripFields,
  suppressErased,
  toConsented,
} from './steps.ts'
import type { SubjectIndex } from './subject-index.ts'
import type { Vault } from './vault.ts'
import { type BatchView, prepareView } from './view.ts'

export interface ConsentStageParts {
  readonly ledger: Ledger
  readonly index: Pick<SubjectIndex, 'remember'>
  readonly register: Pick<RequestRegister, 'open'>
  readonly vault: Vault
  readonly keyring: Keyring
  readonly config: ConsentConfig
  readonly now: () => Date
  readonly count: CountOutcome
  readonly logger: Logger
}

/** `process` throws only when the ledger, the vault or the key directory is lost: the batch is tried again. */
export function createConsentStage({ count, logger, ...parts }: ConsentStageParts): Stage<'consent'> {
  const steps = createConsentSteps(parts.config)
  return {
    name: 'consent',
    async process(batch) {
      const events = readEvents(batch, (value) => sealedEvent.parse(value))
      const view = await prepareView(events, parts)
      const outputs = settle(batch, {
        stage: 'consent',
        events,
        apply: (sealed) => steps.apply(sealed, view),
        book: 'all',
        count,
        now: parts.now,
      })
      const { unknownFields, texts } = view.removed
      if (unknownFields > 0 || texts > 0) logger.info('parts of events were removed', { stage: 'consent', unknownFields, texts })
      return outputs
    },
  }
}

export function createConsentSteps(config: ConsentConfig): Steps<SealedEvent, Append<'consent'>, BatchView> {
  return firstStep(openPayload)
    .next(refuseMalformed)
    .next(recogniseType)
    .next(checkData)
    .next(suppressErased)
    .next(dropWithoutPurpose)
    .next(stripFields)
    .next(createScrubText(createScrubbers()))
    .next(pseudonymise)
    .next(createCoarsenTimes(config))
    .next(toConsented)
}
