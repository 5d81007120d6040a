/** Hands mails to the configured server. The only import of nodemailer. */
import { createTransport } from 'nodemailer'
import type { SmtpConfig } from './config.ts'

export interface Mail {
  readonly to: string
  /** The same for the same mail to the same recipient: mail programs show only one of two. */
  readonly messageId: string
  readonly subject: string
  /** Its pictures, which stand in it as data: URIs, are sent as attached parts. */
  readonly html: string
  readonly text: string
}

/** `failed`: refused or never handed over. `unknown`: the connection ended before the server said whether it took the mail. */
export type Sent = { readonly outcome: 'sent' } | { readonly outcome: 'failed' | 'unknown'; readonly error: SmtpFault }

/** What may be logged of a fault: the server's own words can repeat an address. */
export interface SmtpFault {
  readonly code: string
  /** What the server answered, `550`. */
  readonly answer?: number
}

export interface Mailer {
  /** Connects and signs in. @returns why that is not possible */
  check(): Promise<SmtpFault | undefined>
  send(mail: Mail): Promise<Sent>
  readonly domain: string
}

export function createMailer({ host, port, secure, username, password, from }: SmtpConfig): Mailer {
  const transport = createTransport({
    host,
    port,
    secure,
    // A password never travels in the clear.
    requireTLS: !secure && username !== undefined,
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
    connectionTimeout: 10_000,
    greetingTimeout: 30_000,
    socketTimeout: 120_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    domain: from.slice(from.lastIndexOf('@') + 1),
    check: () => transport.verify().then(() => undefined, faultOf),
    async send(mail) {
      try {
        await transport.sendMail({
          ...mail,
          from: { name: 'Kanalblick', address: from },
          attachDataUrls: true,
          headers: { 'List-Unsubscribe': `<mailto:${from}?subject=unsubscribe>`, 'Auto-Submitted': 'auto-generated' },
        })
        return { outcome: 'sent' }
      } catch (error) {
        const { responseCode, syscall } = error as { responseCode?: number; syscall?: string }
        return { outcome: responseCode !== undefined || syscall === 'connect' ? 'failed' : 'unknown', error: faultOf(error) }
      }
    },
  }
}

function faultOf(error: unknown): SmtpFault {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  return { code: code ?? 'UNKNOWN', ...(responseCode === undefined ? {} : { answer: responseCode }) }
}
