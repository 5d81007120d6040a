/** The transform stage: day, currency, order lines, channel group. */
export { type TransformConfig, transformConfig } from './config.ts'
export { noRates, parseRates, RatesInvalidError, type RateTable } from './rates.ts'
export { createTransformStage, type TransformStageOptions, transformSteps } from './stage.ts'
