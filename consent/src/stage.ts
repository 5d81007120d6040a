/**
 * The consent stage: the one way from zone identity to zone analytics. What comes in names persons; what goes out carries pseudonyms,
 * and of everything else only what the recorded consent allows.
 */
import { type Append, type CountOutcome, firstStep, type Logger, type Stage, type Steps, settle } from '@kanalblick/stream'
import type { ConsentConfig } from './config.ts'
import { createKnownDecisions } from './decisions.ts'
import type { Keyring } from './keyring.ts'
import type { Ledger } from './ledger.ts'
import { createNames } from './names.ts'
import { createLetterOf, type Received, readReceived } from './received.ts'
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
export function createConsentStage({ count, logger, keyring, ...parts }: ConsentStageParts): Stage<'consent'> {
  const { ledger, config, now } = parts
  const steps = createConsentSteps(config)
  const letterOf = createLetterOf(keyring.seal)
  const known = { decisions: createKnownDecisions(ledger), names: createNames(keyring, config) }
  return {
    name: 'consent',
    async process(batch) {
      const events = readReceived(batch, keyring)
      const view = await prepareView(events, { ...parts, ...known })
      return settle(batch, {
        stage: 'consent',
        events,
        apply: (received) => steps.apply(received, view),
        letterOf,
        book: 'all',
        count,
        now,
        done() {
          const { unknownFields, texts } = view.removed
          if (unknownFields > 0 || texts > 0) logger.info('parts of events were removed', { stage: 'consent', unknownFields, texts })
        },
      })
    },
  }
}

export function createConsentSteps(config: ConsentConfig): Steps<Received, Append<'consent'>, BatchView> {
  return firstStep(openPayload)
    .next(refuseMalformed)
    .next(recogniseType)
    .next(checkData)
    .next(suppressErased)
    .next(dropWithoutPurpose)
    .next(stripFields)
    .next(createScrubText(createScrubbers))
    .next(pseudonymise)
    .next(createCoarsenTimes(config))
    .next(toConsented)
}
