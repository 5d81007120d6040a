/** A real mail server on a free port that can be told to stall, and to be gone. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail extends ParsedMail {
  readonly recipient: string
}

export interface MailServer {
  readonly port: number
  /** What it took, pictures left as attachments. */
  readonly mails: readonly ReceivedMail[]
  /** How many mails it was handed, and did not answer. */
  readonly stalled: () => number
  /** From now on, reads mails to their end and never says whether it took them; or takes them again. */
  stall(stalling: boolean): void
  stop(): Promise<void>
}

export async function startMailServer(port = 0): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  let stalling = false
  let stalled = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    closeTimeout: 100,
    onData(stream, session, callback) {
      const recipient = session.envelope.rcptTo[0]?.address ?? ''
      simpleParser(stream, { skipImageLinks: true }).then((mail) => {
        if (stalling) {
          stalled += 1
          return
        }
        mails.push({ ...mail, recipient })
        callback()
      }, callback)
    },
  })
  // A client that is killed breaks its connection.
  server.on('error', () => undefined)
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    stalled: () => stalled,
    stall(on) {
      stalling = on
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
