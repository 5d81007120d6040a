/** The product as it is, and builds of it with a fault that an oracle must find: the negative controls. */
import { randomUUID } from 'node:crypto'
import { type Batch, type Log, type Member, type NewRecord, type PackedTopic, recordWith, valuesIn } from '@kanalblick/stream'

export interface Build {
  /** What stands between the stages and the log. */
  readonly log: (log: Log) => Log
  /** What an event's deterministic id becomes. */
  readonly eventId: (id: string) => string
  /** Whether the collectors forget an event that they acknowledge. */
  readonly forgets: (id: string) => boolean
}

const sound: Build = { log: (log) => log, eventId: (id) => id, forgets: () => false }

/** One event in sixteen, with all its copies. */
const isUnlucky = (id: string) => id.endsWith('0')

/** `records` decides what of the appended records really gets there. */
function withRecords(log: Log, records: (records: readonly NewRecord[]) => readonly NewRecord[]): Log {
  return {
    ...log,
    append: (appended) => log.append(records(appended)),
    async join(group, topics) {
      const member = await log.join(group, topics)
      return { ...member, advance: (batch, outputs) => member.advance(batch, records(outputs)) }
    },
  }
}

/** Loses events on their way into a topic, whatever they share a record with. */
function losing(topic: PackedTopic): Build {
  const isLucky = (event: unknown) => !isUnlucky((event as { readonly id: string }).id)
  const left = ({ value }: NewRecord): NewRecord[] => {
    const events = valuesIn(topic, value).filter(isLucky)
    return events.length > 0 ? [{ topic, ...recordWith(topic, events) }] : []
  }
  return { ...sound, log: (log) => withRecords(log, (records) => records.flatMap((record) => (record.topic === topic ? left(record) : [record]))) }
}

/** Moves the group past a batch before its outputs are written, as a pipeline with at-most-once delivery does. */
function movingOnFirst(log: Log): Log {
  return {
    ...log,
    async join(group, topics) {
      const member = await log.join(group, topics)
      return {
        ...member,
        async next() {
          const batch = await member.next()
          if (batch) await member.advance(batch, [])
          return batch
        },
        advance: (_batch: Batch, outputs: readonly NewRecord[]) => log.append(outputs),
        retreat: async () => undefined,
      } satisfies Member
    },
  }
}

export const builds = {
  sound,
  'loses before the log': { ...sound, forgets: isUnlucky },
  'loses between the stages': losing('events.enriched.v1'),
  'takes a repeated event for another': { ...sound, eventId: () => randomUUID() },
  'moves on before it has stored': { ...sound, log: movingOnFirst },
} as const satisfies Record<string, Build>
export type BuildName = keyof typeof builds
