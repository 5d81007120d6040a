/** One member of a consumer group: the library's consumer on one side, the port's `next` and `advance` on the other. */
import type { Admin } from 'kafkajs'
import type { Member, NewRecord } from '../log.ts'
import { LogError } from '../log-error.ts'
import type { Logger } from '../logger.ts'
import type { TopicName } from '../topics.ts'
import { type Connection, createClient, reach, retrying } from './client.ts'
import { createEachBatch } from './each-batch.ts'
import { openHand } from './hand.ts'
import { openPositions } from './positions.ts'
import { watchForStall } from './stall.ts'

export interface MemberOptions {
  readonly connection: Connection
  readonly logger: Logger
  readonly admin: Admin
  readonly group: string
  readonly topics: readonly TopicName[]
  readonly append: (records: readonly NewRecord[]) => Promise<void>
  /** After this time without a sign of life the group gives the member's partitions to others. */
  readonly sessionTimeoutMs: number
  readonly stallMs: number
  readonly onFatal: (error: unknown) => void
}

interface Phase {
  now: 'joining' | 'joined' | 'closed'
  crash?: unknown
}

/** Resolves once the group has dealt out its partitions. @throws LogError LOG_UNREACHABLE, or what the group refuses the member for */
export async function openMember({ connection, logger, admin, group, topics, append, sessionTimeoutMs, stallMs, onFatal }: MemberOptions): Promise<Member> {
  const phase: Phase = { now: 'joining' }
  const beatMs = Math.min(3000, sessionTimeoutMs / 10)
  const consumer = createClient(connection, logger, () => phase.now !== 'closed').consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: beatMs,
    allowAutoTopicCreation: false,
    maxBytesPerPartition: 1_000_000,
    maxWaitTimeInMs: 250, // how long closing may have to wait for an idle fetch
  })
  const hand = openHand()
  // With several brokers a new assignment can come while a batch of the old one is out.
  const positions = openPositions(consumer, { admin, group, onChange: () => void hand.withdraw() })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart || phase.now === 'closed') return
    phase.crash = payload.error
    if (phase.now === 'joined') onFatal(payload.error)
  })
  await reach(connection.brokers, () => consumer.connect())
  await retrying(() => consumer.subscribe({ topics: [...topics], fromBeginning: true }))
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: createEachBatch({ hand, positions, beatMs }) })
  if (phase.crash !== undefined) throw phase.crash
  phase.now = 'joined'
  const onStall = () => onFatal(new LogError('LOG_STALLED', `Records wait for ${group}, but for ${stallMs} ms none was handed over. Restart the process.`))
  const endWatch = watchForStall({ limitMs: stallMs, waitsSince: () => hand.waitsSince(), lag: () => positions.lag(), onStall })
  return {
    next: () => hand.next(),
    advance: (batch, outputs) => hand.advance(batch, () => append(outputs)),
    retreat: async (batch) => hand.retreat(batch),
    async close() {
      if (phase.now === 'closed') return
      phase.now = 'closed'
      endWatch()
      positions.close()
      hand.close()
      await hand.withdraw()
      await consumer.disconnect()
    },
  }
}
