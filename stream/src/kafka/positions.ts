/**
 * Where a member stands in its partitions. Kept here and not left to the library, which answers records that retention removed by
 * silently starting at the oldest one that is left: the gap must be told.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Admin, Consumer } from 'kafkajs'

export interface Positions {
  /** Rises whenever the group deals out its partitions anew. */
  generation(): number
  /** How many records before `offset` retention removed unread. */
  missedBefore(topic: string, partition: number, offset: number): number
  advancedTo(topic: string, partition: number, offset: number): void
  /** Records that this member's partitions hold beyond its positions. */
  lag(): Promise<number>
  close(): void
}

type Assignment = { topic: string; partitions: number[] }[]
const place = (topic: string, partition: number) => `${topic}/${partition}`

interface Options {
  readonly admin: Admin
  readonly group: string
  readonly onChange: () => void
}

/** Pauses new partitions until their positions are known, so that nothing is fetched before. */
export function openPositions(consumer: Consumer, { admin, group, onChange }: Options): Positions {
  const next = new Map<string, number>()
  let assignment: Assignment = []
  let generation = 0
  let open = true

  const start = async (given: Assignment, isCurrent: () => boolean) => {
    const offsets = await readOffsets(admin, group, given)
    if (!isCurrent()) return
    for (const { topic, partition, committed = 0, oldest } of offsets) {
      next.set(place(topic, partition), committed)
      consumer.seek({ topic, partition, offset: String(Math.max(committed, oldest)) })
    }
    consumer.resume(given)
  }
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const joined = ++generation
    const given = Object.entries(payload.memberAssignment).map(([topic, partitions]) => ({ topic, partitions }))
    assignment = given
    consumer.pause(given)
    onChange()
    const isCurrent = () => open && joined === generation
    void tryWhile(isCurrent, () => start(given, isCurrent))
  })
  return {
    generation: () => generation,
    missedBefore: (topic, partition, offset) => Math.max(0, offset - (next.get(place(topic, partition)) ?? offset)),
    advancedTo: (topic, partition, offset) => next.set(place(topic, partition), offset),
    async lag() {
      const offsets = await readOffsets(admin, group, assignment)
      return offsets.reduce((sum, { topic, partition, oldest, end }) => sum + end - Math.max(next.get(place(topic, partition)) ?? end, oldest), 0)
    },
    close() {
      open = false
    },
  }
}

/** Until it succeeds, or nobody wants it any more: the broker may be away, the consumer about to begin again. */
async function tryWhile(wanted: () => boolean, attempt: () => Promise<void>): Promise<void> {
  while (wanted()) {
    try {
      return await attempt()
    } catch {
      await delay(500)
    }
  }
}

export interface PartitionOffsets {
  readonly topic: string
  readonly partition: number
  /** The first offset that the group has not read; `undefined` when it never committed one. */
  readonly committed: number | undefined
  /** The oldest offset still there, and the one that the next record gets. */
  readonly oldest: number
  readonly end: number
}

/** Without `partitions` a topic counts whole. */
export async function readOffsets(admin: Admin, group: string, wanted: readonly { topic: string; partitions?: number[] }[]): Promise<PartitionOffsets[]> {
  const groupOffsets = await admin.fetchOffsets({ groupId: group, topics: wanted.map(({ topic }) => topic) })
  const perTopic = wanted.map(async ({ topic, partitions }) => {
    const committed = new Map(groupOffsets.find((offsets) => offsets.topic === topic)?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
    const topicOffsets = await admin.fetchTopicOffsets(topic)
    return topicOffsets
      .filter(({ partition }) => partitions?.includes(partition) ?? true)
      .map(({ partition, low, high }) => {
        const offset = committed.get(partition) ?? -1
        return { topic, partition, committed: offset < 0 ? undefined : offset, oldest: Number(low), end: Number(high) }
      })
  })
  return (await Promise.all(perTopic)).flat()
}
