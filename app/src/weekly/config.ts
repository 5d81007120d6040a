/** Who gets the weekly report, when, in which language, and by which mail server. */
import { z } from 'zod'

/** Once a week, so that there is one moment from which on a week's report is due. */
const weekly = /^[0-5]?\d (?:1?\d|2[0-3]) \* \* [0-7]$/

export const weeklyReportConfig = z.strictObject({
  /** Of the mail; the archive holds all languages. */
  language: z.enum(['de', 'en']).default('de'),
  recipients: z
    .array(z.email())
    .max(100)
    .refine((recipients) => new Set(recipients.map((recipient) => recipient.toLowerCase())).size === recipients.length, 'name somebody twice')
    .default([]),
  /** In the merchant's time zone. */
  at: z.string().regex(weekly, 'must be a time once a week as cron writes it: minute hour * * weekday, like 0 6 * * 1').default('0 6 * * 1'),
})

export const smtpConfig = z
  .strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(587),
    /** TLS from the first byte (port 465). Without it the connection is encrypted as soon as the server offers that, and a password is sent only then. */
    secure: z.boolean().default(false),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    from: z.email(),
  })
  .refine(({ username, password }) => username !== undefined || password === undefined, { path: ['username'], message: 'is required with a password' })

export type WeeklyReportConfig = z.infer<typeof weeklyReportConfig>
export type SmtpConfig = z.infer<typeof smtpConfig>
