/** The records that the contract is told with. */
import type { Batch, LogRecord, Member, NewRecord, TopicName } from '@kanalblick/stream'

export const inbox = 'events.collected.v1' satisfies TopicName
export const outbox = 'events.consented.v1' satisfies TopicName

export const record = (key: string, value: string | Uint8Array = key, topic: TopicName = inbox): NewRecord => ({ topic, key, value: Buffer.from(value) })

/** `count` records with the values `from`, `from + 1` ... under thirteen keys, so that they meet every partition. */
export const numbered = (count: number, from = 0): NewRecord[] => Array.from({ length: count }, (_, i) => record(`key ${(from + i) % 13}`, String(from + i)))
/** The same under one key: they share a partition. */
export const inOnePartition = (count: number, from = 0): NewRecord[] => Array.from({ length: count }, (_, i) => record('key', String(from + i)))

export const text = ({ value }: Pick<LogRecord, 'value'>) => Buffer.from(value).toString()
export const texts = (records: readonly Pick<LogRecord, 'value'>[]) => records.map(text)
export const numbers = (records: readonly Pick<LogRecord, 'value'>[]) => texts(records).map(Number)
export const distinct = (values: readonly number[]) => ascending([...new Set(values)])
export const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b)
export const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

export const toOutputs = (batch: Batch): NewRecord[] => batch.records.map(({ key, value }) => ({ topic: outbox, key, value }))

/** The member's next batch. */
export async function take(member: Member): Promise<Batch> {
  const batch = await member.next()
  if (!batch) throw new Error('The member was closed while the test waited for a batch.')
  return batch
}

/** Takes batches and moves past them until they held `count` records. */
export async function read(member: Member, count: number): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  while (records.length < count) records.push(...(await pass(member)).records)
  return records
}

/** Takes one batch and moves past it. */
export async function pass(member: Member): Promise<Batch> {
  for (;;) {
    const batch = await take(member)
    if (await advanced(member, batch)) return batch
  }
}

/** Moves past the batch; `false` when it was refused because its partition is no longer the member's. */
export async function advanced(member: Member, batch: Batch, outputs: readonly NewRecord[] = []): Promise<boolean> {
  try {
    await member.advance(batch, outputs)
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 'STALE_BATCH') return false
    throw error
  }
}

/** What was thrown, for tests that match on its `code`. */
export const failure = (promise: Promise<unknown>): Promise<{ code?: unknown; message: string }> =>
  promise.then(
    () => Promise.reject(new Error('It succeeded.')),
    (error: unknown) => error as { code?: unknown; message: string },
  )
