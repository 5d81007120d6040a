/**
 * Sends an archived report, at least once to each recipient: what is about to be sent is recorded before, and that it was sent after.
 * A crash between the two leaves a mail of which nobody knows whether it arrived. It is sent once more, under the same Message-ID.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Week } from '@kanalblick/reports'
import { type Claimed, type Files, recipientKey, renewalMs } from './archive.ts'
import type { WeeklyDeliveryParts } from './deliver.ts'
import type { Mail, Mailer, Sent } from './mailer.ts'

/** What a mail that is just being sent gets to arrive when the process is to end. */
const graceMs = 3_000
const mostRounds = 10
const triedAgain = 'it is tried again every hour'

interface Sending {
  readonly parts: WeeklyDeliveryParts
  readonly mailer: Mailer
  readonly week: string
  readonly signal: AbortSignal
}

/** To every recipient to whom it was not sent. Addresses are never logged: a recipient is its place in the configuration. */
export async function sendReport(parts: WeeklyDeliveryParts, { name: week }: Week, signal: AbortSignal): Promise<void> {
  const { archive, config, logger, mailer } = parts
  const settled = await archive.settledMails(week)
  const open = config.weeklyReport.recipients
    .map((address, index) => ({ address, place: index + 1 }))
    .filter(({ address }) => !settled.has(recipientKey(address)))
  if (!mailer || open.length === 0) return
  const report = await archive.find(week)
  if (!report) return
  const fault = await mailer.check()
  if (fault) return logger.error(`the mail server takes no mails: check smtp in the configuration. ${triedAgain}`, { week, ...fault })
  const { language } = config.weeklyReport
  const mail = { subject: report.summary.subject[language], ...bodyOf(report.files, language) }
  for (const { address, place } of open) {
    const key = recipientKey(address)
    const goesOn = await sendOnce(
      { parts, mailer, week, signal },
      { key, place, mail: { ...mail, to: address, messageId: `<${week}.${key}@${mailer.domain}>` } },
    )
    if (!goesOn || signal.aborted) return
  }
}

const bodyOf = (files: Files, language: string) => ({ html: files[`mail.${language}.html`] ?? '', text: files[`report.${language}.md`] ?? '' })

interface Addressed {
  readonly key: string
  readonly place: number
  readonly mail: Mail
}

/** @returns whether the server still takes mails */
async function sendOnce(sending: Sending, addressed: Addressed): Promise<boolean> {
  const { parts, week, signal } = sending
  const { archive, logger } = parts
  const claimed = await untilFree(sending, addressed)
  if (claimed.outcome === 'given_up' && claimed.just)
    logger.error('twice nobody knows whether the weekly report arrived: it is not sent to this recipient again. Ask, and pass on the archived report', {
      week,
      recipient: addressed.place,
    })
  if (claimed.outcome !== 'mine') return true
  if (claimed.again) logger.warn('whether the weekly report arrived is not known: it is sent once more', { week, recipient: addressed.place })

  const renewing = setInterval(() => void archive.renewMail(week, addressed.key, claimed.claim).catch(() => undefined), renewalMs)
  const sent = await Promise.race([sending.mailer.send(addressed.mail), stopped(signal)]).finally(() => clearInterval(renewing))
  await archive.settleMail(week, addressed.key, { claim: claimed.claim, outcome: sent.outcome })
  if (sent.outcome === 'sent') {
    logger.info('weekly report sent', { week, recipient: addressed.place })
    return true
  }
  logger.error(`the weekly report was not sent, ${triedAgain}`, { week, recipient: addressed.place, ...sent.error })
  return sent.error.answer !== undefined
}

/** While another process sends, or its claim outlives it, waits for its end. */
async function untilFree({ parts, week, signal }: Sending, { key }: Addressed): Promise<Claimed> {
  for (let round = 1; ; round += 1) {
    const claimed = await parts.archive.claimMail(week, key)
    if (claimed.outcome !== 'busy' || round === mostRounds) return claimed
    await delay(Math.max(claimed.until.getTime() - parts.now().getTime(), 0) + 100, undefined, { signal })
  }
}

function stopped(signal: AbortSignal): Promise<Sent> {
  const end = () => delay(graceMs).then((): Sent => ({ outcome: 'unknown', error: { code: 'STOPPED' } }))
  return signal.aborted ? end() : new Promise((resolve) => signal.addEventListener('abort', () => resolve(end()), { once: true }))
}
