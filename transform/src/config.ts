import { currency, timeZone } from '@kanalblick/stream'
import { z } from 'zod'

export const transformConfig = z.object({
  /** IANA name. An event counts for the calendar day that it is there. */
  timeZone: timeZone.default('Europe/Berlin'),
  /** ISO 4217. All amounts are converted to it; without it every amount keeps its own currency. */
  reportingCurrency: currency.refine((code) => Intl.supportedValuesOf('currency').includes(code), 'is not an ISO 4217 currency such as EUR').optional(),
  /** How old the last known rate may be. Seven days span every run of bank holidays. */
  rateMaxAgeDays: z.int().min(0).max(31).default(7),
  /** The shop's own hosts, and others whose links only lead back to it (a payment page): no visit begins there. */
  ignoredReferrers: z.array(z.hostname()).default([]),
})
export type TransformConfig = z.infer<typeof transformConfig>
