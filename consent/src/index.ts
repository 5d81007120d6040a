/** Consent: the ledger of decisions, the keys, the pseudonyms, and the stage between the two zones. */
export { type CanonicalRules, canonical } from './canonical.ts'
export { type ConsentConfig, consentConfig } from './config.ts'
export { connectLedger, type LedgerLocation } from './connect.ts'
export { declaredLedgerTables } from './data-map.ts'
export { type Keyring, type KeyringCode, KeyringError, type KeyUse } from './keyring.ts'
export { type KeyringLocation, type MasterKey, masterKeyOf, openKeyring } from './keyring-files.ts'
export { createLedger, type EffectOf, type Ledger, type LedgerOptions, type StatedRecord } from './ledger.ts'
export { migrateLedger } from './migrate.ts'
export { createNames, type Names } from './names.ts'
export { createPolicy, type OwnChoices, type Permissions, type Policy } from './purposes/policy.ts'
export * from './record.ts'
export type { ErasureParts } from './requests/erasure.ts'
export { createLedgerStores } from './requests/ledger-stores.ts'
export * from './requests/package/index.ts'
export { identify, type Person, type PersonIdentifier } from './requests/person.ts'
export { keysOf, withLinkedKeys } from './requests/plan.ts'
export { createRequestRegister, type RequestRegister } from './requests/register.ts'
export { type DenialReason, denialReasons, type Proof, RequestError, type RequestType, type StoreHoldings, type SubjectRequest } from './requests/request.ts'
export { type AccessPackageParts, createRights, type Preview, type Rights, type RightsParts } from './requests/rights.ts'
export { type RequestRoutesParts, requestRoutes, type ShownRequest, shownRequest } from './requests/routes.ts'
export { createTopicStores } from './requests/topic-stores.ts'
export { type ConsentRoutesParts, consentRoutes } from './routes.ts'
export { createScrubbers, type Scrub, type Scrubbers } from './scrub/scrub.ts'
export { type ConsentStageParts, createConsentStage } from './stage.ts'
export {
  createPseudonymOf,
  createSubjectOf,
  isPseudonymPurpose,
  type PseudonymPurpose,
  pseudonymPurposes,
  pseudonymsOf,
  type Subject,
  type SubjectOf,
} from './subject.ts'
export { createSubjectIndex, type Link, type Sighting, type SubjectIndex } from './subject-index.ts'
export { createTokens, type SuppressionList } from './suppression.ts'
export type { LedgerTables } from './tables.ts'
export { createVault, type Vault, vaultKey, type Wanted } from './vault.ts'
export type { LedgerFault, Verification } from './verify.ts'
