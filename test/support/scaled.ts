/** The stores of the scaled profile, all real, and how its processes are told where they are. */
import { startClickHouse } from './clickhouse.ts'
import { kafkaMissing, startKafka } from './kafka.ts'
import { postgresMissing, startPostgres } from './postgres.ts'

export const scaledMissing = (): string | undefined => kafkaMissing() ?? postgresMissing()

export const masterKey = Buffer.alloc(32, 7)

/** @param database of ClickHouse, made by the product */
export async function startScaledStores(database: string) {
  const [kafka, clickhouse, postgres] = await Promise.all([startKafka(), startClickHouse(), startPostgres()])
  const env: Readonly<Record<string, string>> = {
    KANALBLICK_PROFILE: 'scaled',
    KANALBLICK_LOG_LEVEL: 'warn',
    KANALBLICK_MASTER_KEY: masterKey.toString('base64'),
    KANALBLICK_KAFKA_BROKERS: kafka.brokers,
    KANALBLICK_CLICKHOUSE_URL: clickhouse.url,
    KANALBLICK_CLICKHOUSE_USERNAME: clickhouse.username,
    KANALBLICK_CLICKHOUSE_PASSWORD: clickhouse.password,
    KANALBLICK_CLICKHOUSE_DATABASE: database,
    KANALBLICK_POSTGRES_URL: postgres.url,
  }
  return { kafka, clickhouse, postgres, database, env, stop: () => Promise.all([kafka.stop(), clickhouse.stop(), postgres.stop()]) }
}
export type ScaledStores = Awaited<ReturnType<typeof startScaledStores>>
