/** The Kafka client library: how it connects, and what it may say. */
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs'
import { LogError } from '../log-error.ts'
import type { Logger } from '../logger.ts'

export interface Connection {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly ssl?: NonNullable<KafkaConfig['ssl']>
  readonly sasl?: NonNullable<KafkaConfig['sasl']>
}

/** Long enough for a broker to restart, short enough for a waiting HTTP request to be told. */
const retry = { initialRetryTime: 200, maxRetryTime: 2000, retries: 6 }

/**
 * A client of its own for every member: members of one client share a cache of offsets in the library, and overwrite each other's.
 * `restart` is asked before a consumer that crashed begins again.
 */
export function createClient({ brokers, clientId, ssl, sasl }: Connection, logger: Logger, restart = () => true): Kafka {
  return new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3000,
    retry: { ...retry, restartOnFailure: async () => restart() },
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    logLevel: logLevel.INFO,
    // The library calls trouble that it then retries an error; what it gives up on reaches us as one.
    logCreator: () => (entry) => {
      const { message, broker, groupId, error } = entry.log
      logger[entry.level <= logLevel.WARN ? 'warn' : 'debug'](`kafka: ${message}`, { broker, groupId, error })
    },
  })
}

const openingMs = 10_000

/** @throws LogError LOG_UNREACHABLE when it does not succeed within ten seconds */
export async function reach<Result>(brokers: readonly string[], connect: () => Promise<Result>): Promise<Result> {
  const unreachable = (cause: Error) => {
    const message = `Kafka at ${brokers.join(', ')} cannot be used: ${cause.message}. Start it, or check the addresses, TLS and login.`
    return new LogError('LOG_UNREACHABLE', message, { cause })
  }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreachable(new Error(`no answer within ${openingMs} ms`))), openingMs)
  })
  try {
    return await Promise.race([connect(), late])
  } catch (error) {
    throw error instanceof LogError ? error : unreachable(error as Error)
  } finally {
    clearTimeout(timer)
  }
}

/** Errors say themselves whether trying again may help: a broker that starts answers "not yet". @throws the last error */
export async function retrying<Result>(attempt: () => Promise<Result>, attempts = 30): Promise<Result> {
  for (let left = attempts; ; left--) {
    try {
      return await attempt()
    } catch (error) {
      if (left <= 1 || (error as { retriable?: unknown }).retriable !== true) throw error
      await new Promise((resolve) => setTimeout(resolve, retry.initialRetryTime))
    }
  }
}
