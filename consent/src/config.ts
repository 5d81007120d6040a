import { timeZone } from '@kanalblick/stream'
import { z } from 'zod'

/** The consent stage's part of the configuration. */
export const consentConfig = z.strictObject({
  /** A consent to read a device lapses after so many months without a new one. */
  deviceConsentMonths: z.int().min(6).max(13).default(12),
  /**
   * `lower` takes A@Example.com and a@example.com for one person, as practically every mail provider does. `keep_local` lower-cases the
   * domain alone, as RFC 5321 allows a provider to tell them apart. Changing it changes pseudonyms: choose once.
   */
  emailCase: z.enum(['lower', 'keep_local']).default('lower'),
  /** Where a phone number without a country code is from. */
  phoneCountry: z.enum(['DE', 'AT', 'CH']).default('DE'),
  /** Guests and devices get new pseudonyms every so many days. */
  pseudonymEpochDays: z.int().min(1).max(396).default(30),
  /** IANA name, the same as the transform stage's: an erased person's order keeps the day it counts for, and no time of it. */
  timeZone: timeZone.default('Europe/Berlin'),
})
export type ConsentConfig = z.infer<typeof consentConfig>
