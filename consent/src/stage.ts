/**
 * The consent stage: the one way from zone identity to zone analytics. What comes in names persons; what goes out carries pseudonyms,
 * and of everything else only what the recorded consent allows.
 */
import { type Append, type CountOutcome, type Logger, type SealedEvent, type Stage, type Steps, sealedEvent, settle } from '@kanalblick/stream'
import type { ConsentConfig } from './config.ts'
import type { Keyring } from './keyring.ts'
import type { Ledger } from './ledger.ts'
import { createConsentSteps } from './steps.ts'
import type { Vault } from './vault.ts'
import { type BatchView, prepareView } from './view.ts'

export interface ConsentStageParts {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly keyring: Keyring
  readonly config: ConsentConfig
  readonly now: () => Date
  readonly count: CountOutcome
  readonly logger: Logger
}

/** Throws out of `process` only when the ledger, the vault or the key directory is lost: the batch is tried again. */
export function createConsentStage({ ledger, vault, keyring, config, now, count, logger }: ConsentStageParts): Stage<'consent'> {
  const steps: Steps<SealedEvent, Append<'consent'>, BatchView> = createConsentSteps(config)
  return {
    name: 'consent',
    async process(batch) {
      const view = await prepareView(batch, { ledger, vault, keyring, config, now })
      const outputs = settle(batch, {
        stage: 'consent',
        parse: (value) => sealedEvent.parse(value),
        apply: (sealed) => steps.apply(sealed, view),
        book: 'all',
        count,
        now,
      })
      const { unknownFields, texts } = view.removed
      if (unknownFields > 0 || texts > 0) logger.info('parts of events were removed', { stage: 'consent', unknownFields, texts })
      return outputs
    },
  }
}
