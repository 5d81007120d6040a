/** What one batch may hold; a single block of records may be larger. */
import { type TopicName, topics } from '../topics.ts'

export interface BatchLimits {
  readonly records: number
  readonly bytes: number
}

const few: BatchLimits = { records: 5_000, bytes: 3_000_000 }
/** Storing costs by the statement rather than by the row: of events that were packed together, these are about 20 000. */
const many: BatchLimits = { records: 20_000, bytes: 5_000_000 }

export const batchLimits = (topic: TopicName): BatchLimits => ((topics[topic].readers as readonly string[]).includes('warehouse') ? many : few)
