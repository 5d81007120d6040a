/** What persons decide about their own data. */
import { z } from 'zod'
import { purposeIds } from '../purposes.ts'
import { consentField, identifier } from './annotation.ts'
import { code, nativeId } from './values.ts'

export const subjects = {
  newsletter_status_changed: z.object({ status: consentField(z.enum(['requested', 'confirmed', 'unsubscribed'])) }),
  consent_recorded: z.object({
    record_id: identifier(nativeId.optional()),
    purposes: consentField(z.partialRecord(z.enum(purposeIds), z.boolean())),
    notice_version: consentField(z.string().max(100).optional()),
    mechanism: consentField(z.enum(['click_accept', 'click_reject', 'toggle_save', 'double_opt_in', 'paper', 'voice', 'api_import', 'browser_signal'])),
  }),
  erasure_requested: z.object({ request_id: identifier(nativeId), origin: consentField(code) }),
}
