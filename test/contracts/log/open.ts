/** Opens a log from a description that fits on a command line: the test and its child processes open the same one. */
import type { Log, Logger } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { openKafkaLog } from '@kanalblick/stream/kafka'

export type LogSpec = { readonly adapter: 'embedded'; readonly path: string } | { readonly adapter: 'kafka'; readonly brokers: string }

/** Even a foreign broker allows it; a killed member is missed after it. */
export const sessionTimeoutMs = 6000

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

export async function openLog(spec: LogSpec): Promise<Log> {
  if (spec.adapter === 'embedded') return openEmbeddedLog({ path: spec.path, logger: silent })
  const onFatal = (error: unknown) => {
    throw error
  }
  return openKafkaLog({ brokers: spec.brokers.split(','), clientId: 'contract', sessionTimeoutMs, logger: silent, onFatal })
}
