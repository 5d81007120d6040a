/** A client that does what the answers say: it sends a batch again until it is told that it was taken. */
import { setTimeout as delay } from 'node:timers/promises'
import { chaosChannels, type Entry } from './journal.ts'
import { writeKeyOf } from './pipeline.ts'

export interface Sent {
  /** Requests that were answered otherwise than with 2xx, by status; `0` for those without an answer. */
  readonly refusals: Map<number, number>
  /** Refusals that did not say when to come back though they should have. */
  unguided: number
}

export const nothingSent = (): Sent => ({ refusals: new Map(), unguided: 0 })

/** Sends the entries' messages, one request per channel, each until it is acknowledged. Rejects when told to stop before. */
export async function send(
  url: string,
  entries: readonly Entry[],
  { sent = nothingSent(), signal }: { sent?: Sent; signal?: AbortSignal } = {},
): Promise<Sent> {
  const requests = chaosChannels.map(async (channel) => {
    const messages = entries.filter((entry) => entry.channel === channel).map(({ message }) => message)
    if (messages.length === 0) return
    while (!(await taken(url, writeKeyOf(channel), messages, sent))) {
      signal?.throwIfAborted()
      await delay(20)
    }
  })
  await Promise.all(requests)
  return sent
}

async function taken(url: string, key: string, messages: readonly unknown[], sent: Sent): Promise<boolean> {
  const answer = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(messages),
  })
    .then(async (response) => {
      await response.text()
      return response
    })
    .catch(() => undefined)
  if (answer?.ok) return true
  const status = answer?.status ?? 0
  sent.refusals.set(status, (sent.refusals.get(status) ?? 0) + 1)
  if (answer && ![503, 429].includes(status)) throw new Error(`The collector answered ${status}, which no sender would repeat.`)
  if (answer && !answer.headers.get('retry-after')) sent.unguided += 1
  return false
}
