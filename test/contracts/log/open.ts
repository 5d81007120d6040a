/** Opens a log from a description that fits on a command line: the test and its child processes open the same one. */
import type { Log, Logger } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { openKafkaLog } from '@kanalblick/stream/kafka'

export type LogSpec = { readonly adapter: 'embedded'; readonly path: string } | KafkaSpec
export interface KafkaSpec {
  readonly adapter: 'kafka'
  readonly brokers: string
  /** A killed member is missed after it. */
  readonly sessionTimeoutMs: number
}

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

export async function openLog(spec: LogSpec): Promise<Log> {
  if (spec.adapter === 'embedded') return openEmbeddedLog({ path: spec.path, partitions: 4, logger: silent })
  const { brokers, sessionTimeoutMs } = spec
  const onFatal = (error: unknown) => {
    throw error
  }
  return openKafkaLog({ brokers: brokers.split(','), clientId: 'contract', sessionTimeoutMs, logger: silent, onFatal })
}
